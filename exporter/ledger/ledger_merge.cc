// How the builds of an answer become rows, and rows become counters.
#include "exporter/ledger/ledger.h"

namespace exporter::ledger {

using workers_builds::Build;

tl::expected<std::optional<BuildRow>, std::string> Ledger::Find(const ScriptHistory& script, const Uuid& uuid) {
  if (const auto row = script.pending.find(uuid); row != script.pending.end()) return row->second;
  for (const ClassHistory& history : script.classes) {
    if (history.newest && history.newest->uuid == uuid) return history.newest;
  }
  return writer_.Find(uuid);
}

bool Ledger::MergeBuild(const ScriptHistory& asked, const Build& seen, Timestamp now, ApplyReport& report) {
  const auto found = Find(asked, *seen.uuid);
  if (!found) return false;
  const std::optional<BuildRow>& before = *found;
  // A build belongs to the script that showed it first.
  ScriptHistory& script = scripts_[before ? before->script : asked.id];
  Merged merged = Merge(before ? &*before : nullptr, seen, script.id, now);
  if (!details_.revisions) merged.row.revision = {};
  report.anomalies += merged.anomalies;
  if (before == merged.row) return true;
  if (!before) {
    // The proof was that there are none, or its list had a gap.
    if (script.walked && !script.newest_proved && merged.row.created < *script.proven_to - kProofOverlap) {
      Unprove(script);
    }
    ++report.new_builds;
    if (script.walked && merged.row.created < *script.proven_to) ++report.late_builds;
  }
  CountRow(script, before ? &*before : nullptr, merged.row);
  TakeFacts(script, seen, merged.row);
  writer_.Stage(merged.row);
  report.changed.insert(script.id);
  return true;
}

void Ledger::Unprove(ScriptHistory& script) {
  const AccountHistory& account = accounts_[script.account];
  script.walked = false;
  script.proven_to.reset();
  // What nobody has seen yet waits for it.
  if (script.present && !account.births.Born(kAccountCounters)) Await(script, true);
  if (script.from_start && account.counts_from_start()) script.proven_to = account.baseline;
  Stage(script);
}

void Ledger::TakeFacts(ScriptHistory& script, const Build& seen, const BuildRow& row) {
  if (!seen.trigger) return;
  if (seen.trigger->repo_connection && script.repository_seen.value_or(row.created) <= row.created) {
    script.repository = seen.trigger->repo_connection;
    script.repository_seen = row.created;
    Stage(script);
  }
  // The trigger may have been edited since the row was made.
  if (row.branch_class == BranchClass::kProduction && Classify(seen.trigger) == BranchClass::kProduction &&
      script.production_branch_seen.value_or(row.created) <= row.created) {
    script.production_branch = seen.trigger->branch_includes.front();
    script.production_branch_seen = row.created;
    Stage(script);
  }
}

void Ledger::CountRow(ScriptHistory& script, const BuildRow* before, const BuildRow& row) {
  AccountHistory& account = accounts_[script.account];
  ClassHistory& history = script.classes[Index(row.branch_class)];
  if (before == nullptr && account.baseline && row.created >= *account.baseline) {
    history.counters.AddSubmitted();
    if (OldNews(script.news_from, row.created)) history.old_news.AddSubmitted();
    if (script.owned) account.counters.AddSubmitted(row);
    if (script.owned && OldNews(account.started, row.created)) account.old_news.AddSubmitted(row);
  }
  history.AddRow(row);
  if (!row.final()) {
    script.pending.insert_or_assign(row.uuid, row);
    return;
  }
  if (before != nullptr && before->final()) return;
  script.pending.erase(row.uuid);
  const Durations durations = DurationsOf(row);
  if (account.baseline && *row.stopped >= *account.baseline) {
    history.counters.AddCompleted(row, durations);
    if (OldNews(script.news_from, *row.stopped)) history.old_news.AddCompleted(row, durations);
    CountDurations(script, row, durations);
  }
  const auto run = durations.phases[Index(Phase::kRun)];
  // What is known from before a configured baseline is where a page happened to end.
  if (run && script.owned && (account.counts_from_start() || *row.stopped >= *account.baseline)) {
    account.run_time[std::chrono::floor<std::chrono::hours>(*row.stopped)] += *run;
  }
  if (IsVerdict(*row.outcome)) history.AddVerdict(row, durations);
}

void Ledger::Settle(ScriptHistory& script, Timestamp until, ApplyReport& report) {
  for (const BranchClass branch_class : kBranchClasses) {
    const auto before = script.classes[Index(branch_class)].settled_success;
    const auto episodes = script.classes[Index(branch_class)].Settle(until);
    if (script.classes[Index(branch_class)].settled_success != before) Stage(script);
    if (branch_class != BranchClass::kProduction) continue;
    for (const ClassHistory::Episode& episode : episodes) {
      auto found = Find(script, episode.success);
      if (!found || !*found || (*found)->failure_episode) continue;
      std::optional<BuildRow>& row = *found;
      row->failure_episode = episode.length;
      script.classes[Index(branch_class)].AddRow(*row);
      writer_.Stage(*row);
      CountEpisode(script, *row);
      report.changed.insert(script.id);
    }
  }
}

}  // namespace exporter::ledger
