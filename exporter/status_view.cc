#include "exporter/status_view.h"

#include "exporter/version.h"

namespace exporter {
namespace {

web::AccountStatus StatusOf(const config::Account& settings, ledger::AccountIndex account, const Core& core,
                            const PollReporter& reporter, poll::MonoTime now) {
  const poll::AccountPlan& plan = core.plan().account(account);
  const poll::RequestBudget& budget = core.plan().budget(account);
  web::AccountStatus status;
  status.name = settings.name;
  status.up = plan.Up(now);
  status.requests_used = budget.used(now);
  status.request_budget = budget.requests_per_window();
  for (const ledger::ScriptId id : core.ledger().account(account).scripts) {
    const ledger::ScriptHistory& script = core.ledger().script(id);
    status.scripts += script.present ? 1 : 0;
    status.history_pending += script.history_pending() ? 1 : 0;
  }
  for (const poll::Collector collector : poll::kCollectors) {
    const PollReporter::CollectorState& state = reporter.StateOf(account, collector);
    status.collectors.push_back({std::string(ToWord(collector)), state.last_success});
    if (state.failed_at && (!status.last_error_at || *status.last_error_at < *state.failed_at)) {
      status.last_error_at = state.failed_at;
      status.last_error = state.error;
    }
  }
  if (const std::string diagnosis = reporter.DiagnosisOf(account); !diagnosis.empty()) {
    status.last_error = diagnosis + " (" + status.last_error + ")";
  }
  return status;
}

}  // namespace

web::StatusView MakeStatusView(const config::Config& config, const Core& core, const PollReporter& reporter,
                               workers_builds::Timestamp wall_now, poll::MonoTime now) {
  web::StatusView view;
  view.version = ThisVersion().version;
  view.revision = ThisVersion().revision;
  view.now = wall_now;
  for (ledger::AccountIndex account = 0; account < config.accounts.size(); ++account) {
    view.accounts.push_back(StatusOf(config.accounts[account], account, core, reporter, now));
  }
  return view;
}

}  // namespace exporter
