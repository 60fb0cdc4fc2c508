#include "tests/simulation/row_checks.h"

#include <algorithm>

#include "tests/simulation/seed.h"

namespace simulation {
namespace {

using exporter::ledger::AccountHistory;
using exporter::ledger::BuildRow;
using exporter::ledger::ScriptHistory;
using simulator::Build;
using workers_builds::FormatTimestamp;

}  // namespace

void RowChecks::Take(const std::optional<BuildRow>& before, const BuildRow& row, const exporter::ledger::Ledger& ledger,
                     const Moment& moment) {
  const ScriptHistory& script = ledger.script(row.script);
  const simulator::SimulatedAccount& account = accounts_[script.account];
  const std::string uuid = FormatUuid(row.uuid);
  const Build* build = account.FindBuild(uuid);
  const std::string name = "build " + uuid + " of script " + script.name;
  if (build == nullptr || account.scripts()[build->script].tag != script.tag) {
    report_(name + " is in the ledger, and was never there");
    return;
  }
  if (before) CheckHistory(*before, row, name);
  CheckTruth(row, *build, name);
  if (!row.final() || (before && before->final())) return;
  CheckNews(row, *build, script, ledger.account(script.account), moment, name);
}

void RowChecks::CheckHistory(const BuildRow& before, const BuildRow& row, const std::string& name) {
  if (row.script != before.script || row.branch_class != before.branch_class || row.source != before.source ||
      row.created != before.created) {
    report_(name + " is counted elsewhere than before");
  }
  if (row.status < before.status) report_(name + " goes back in its life");
  if (!before.final()) return;
  BuildRow with_episode = before;
  if (!before.failure_episode) with_episode.failure_episode = row.failure_episode;
  if (row != with_episode) report_(name + " was final, and has changed");
}

void RowChecks::CheckTruth(const BuildRow& row, const Build& build, const std::string& name) {
  const bool has_stopped = build.status == simulator::Status::kStopped;
  if (row.created != build.created_on) report_(name + " was created at another instant");
  if (row.status != exporter::ledger::BuildStatus::kStopped) return;
  if (!has_stopped || row.stopped != build.stopped_on) {
    report_(name + " is said to have stopped at another instant");
  } else if (row.outcome && exporter::ledger::ToWord(*row.outcome) != Label(*build.outcome)) {
    report_(name + " is said to have ended with " + std::string(exporter::ledger::ToWord(*row.outcome)) +
            " instead of " + std::string(Label(*build.outcome)));
  }
}

void RowChecks::CheckNews(const BuildRow& row, const Build& build, const ScriptHistory& script,
                          const AccountHistory& account, const Moment& moment, const std::string& name) {
  if (moment.committed_late || !account.baseline || *row.stopped < *account.baseline) return;
  const bool account_shown = account.births.Born(exporter::ledger::kAccountCounters) &&
                             !account.births.Held(exporter::ledger::kAccountCounters);
  const bool script_shown =
      script.births.Born(CountersOf(row.branch_class)) && !script.births.Held(CountersOf(row.branch_class));
  if (!account_shown && !script_shown) return;
  const bool came_late = build.hidden_until.has_value();
  simulator::Instant out_since = std::max(*build.stopped_on, build.hidden_until.value_or(*build.stopped_on));
  if (const auto denied = troubles_.DeniedAt(script.tag)) out_since = std::max(out_since, kStart + *denied);
  const milliseconds patience = came_late ? moment.patience_for_late_rows : moment.patience;
  const milliseconds waited = moment.api_time - out_since;
  const milliseconds allowed = moment.at - troubles_.NewsSince(moment.at, patience, script.tag);
  if (!came_late && allowed == patience) longest_wait_ = std::max(longest_wait_, waited);
  if (waited <= allowed) return;
  report_(name + " is counted " + std::to_string(waited.count() / 1000) + " s after its end was there to see (" +
          FormatTimestamp(out_since) + "), while no more than " + std::to_string(allowed.count() / 1000) +
          " s can be explained: old news or work that waited too long");
}

}  // namespace simulation
