#include "exporter/core.h"

#include <utility>

#include "exporter/ledger_settings.h"
#include "exporter/metrics/series_estimate.h"

namespace exporter {
namespace {

std::vector<ledger::AccountSettings> LedgerAccounts(const config::Config& config) {
  std::vector<ledger::AccountSettings> accounts;
  for (const config::Account& account : config.accounts) accounts.push_back({account.id, config.state.baseline});
  return accounts;
}

poll::SeriesCosts CostsOf(const config::Config& config) {
  const auto estimate = std::make_shared<const metrics::SeriesEstimate>(config.metrics);
  const auto accounts = static_cast<std::int64_t>(config.accounts.size());
  return {.fixed = accounts * estimate->of_account() + estimate->of_exporter(),
          .of_script = [estimate](const std::string& name) { return estimate->of_script(name); }};
}

}  // namespace

Core::Core(const config::Config& config, const std::vector<std::size_t>& tokens, ledger::LedgerStore& store,
           poll::PollObserver& observer, const poll::Jitter& jitter, ledger::Shard shard)
    : ledger_(store, LedgerAccounts(config), BoundsOf(config.metrics), DetailsOf(config.metrics), shard),
      plan_(config, tokens, ledger_, observer, jitter, CostsOf(config)),
      table_(config, ledger_),
      shown_up_(config.accounts.size(), false) {}

tl::expected<ledger::LoadReport, std::string> Core::Load(poll::MonoTime now, workers_builds::Timestamp wall) {
  auto report = ledger_.Load();
  if (!report) return report;
  plan_.Restore(report->budgets, now, wall);
  Hold(report->held, now);
  for (ledger::AccountIndex account = 0; account < shown_up_.size(); ++account) {
    const auto& scripts = ledger_.account(account).scripts;
    changed_scripts_.insert(scripts.begin(), scripts.end());
  }
  return report;
}

void Core::Hold(const std::vector<ledger::HeldCounters>& counters, poll::MonoTime now) {
  for (const ledger::HeldCounters& held : counters) releases_.emplace(now + kHeldFor, held);
}

void Core::Complete(const poll::Request& request, const poll::CallResult& result, poll::MonoTime now) {
  const auto report = plan_.Complete(request.ticket, result, now);
  Hold(report.held, now);
  changed_scripts_.insert(report.changed.begin(), report.changed.end());
  changed_ = changed_ || !report.changed.empty() || request.call.collector == poll::Collector::kDiscovery ||
             request.call.collector == poll::Collector::kLimits;
}

std::optional<poll::MonoTime> Core::NextReleaseAt() const {
  if (releases_.empty()) return std::nullopt;
  return releases_.begin()->first;
}

bool Core::Changed(poll::MonoTime now) {
  std::vector<ledger::HeldCounters> due;
  while (!releases_.empty() && releases_.begin()->first <= now) {
    due.push_back(releases_.extract(releases_.begin()).mapped());
  }
  if (!due.empty()) {
    ledger_.Release(due);
    for (const ledger::HeldCounters& held : due) {
      if (held.script) changed_scripts_.insert(*held.script);
    }
    changed_ = true;
  }
  for (ledger::AccountIndex account = 0; account < shown_up_.size(); ++account) {
    const bool up = plan_.account(account).Up(now);
    if (up != shown_up_[account]) changed_ = true;
    shown_up_[account] = up;
  }
  return changed_;
}

std::shared_ptr<const exposition::Page> Core::Render(poll::MonoTime now) {
  for (const ledger::ScriptId script : changed_scripts_) table_.UpdateScript(script);
  changed_scripts_.clear();
  for (ledger::AccountIndex account = 0; account < shown_up_.size(); ++account) {
    const poll::AccountPlan& plan = plan_.account(account);
    table_.UpdateAccount(account, {plan.Up(now), plan.limits(), plan.ApiTime(now)});
  }
  changed_ = false;
  return table_.Render();
}

}  // namespace exporter
