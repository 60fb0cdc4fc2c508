#include "exporter/ledger/ledger.h"

#include <algorithm>
#include <utility>

namespace exporter::ledger {

using workers_builds::Build;
using workers_builds::Script;

namespace {

/// A build that is older than this against the proof that its script had none shows that the proof was wrong.
constexpr std::chrono::hours kContradiction{1};

}  // namespace

milliseconds AccountHistory::RunTimeSince(Timestamp start) const {
  milliseconds sum{0};
  for (auto hour = run_time.lower_bound(std::chrono::floor<std::chrono::hours>(start)); hour != run_time.end();
       ++hour) {
    sum += hour->second;
  }
  return sum;
}

ApplyReport& ApplyReport::operator+=(const ApplyReport& other) {
  changed.insert(other.changed.begin(), other.changed.end());
  new_builds += other.new_builds;
  late_builds += other.late_builds;
  anomalies += other.anomalies;
  return *this;
}

Ledger::Ledger(LedgerStore& store, const std::vector<AccountSettings>& accounts, const BucketBounds& bounds)
    : store_(store), bounds_(bounds), by_tag_(accounts.size()) {
  for (const AccountSettings& settings : accounts) {
    accounts_.push_back({.id = settings.id,
                         .baseline = settings.baseline,
                         .started = {},
                         .last_discovery = {},
                         .counters = AccountCounters(bounds),
                         .old_news = AccountCounters(bounds),
                         .scripts = {},
                         .unproved = {},
                         .run_time = {}});
  }
}

void Ledger::Start(AccountIndex account, Timestamp now) {
  AccountHistory& history = accounts_[account];
  if (history.started) return;
  history.started = now;
  if (!history.baseline) history.baseline = now;
  staged_accounts_[account] = {account, history.id, *history.baseline};
  Commit();
}

ApplyReport Ledger::ApplyDiscovery(AccountIndex account, std::span<const Script> scripts, Timestamp now) {
  ApplyReport report;
  AccountHistory& history = accounts_[account];
  const bool first = !history.discovered;
  std::unordered_set<ScriptId> seen;
  std::unordered_set<std::string> names;
  for (const Script& answer : scripts) {
    const auto known = by_tag_[account].find(answer.tag);
    const bool is_new = known == by_tag_[account].end();
    ScriptHistory& script = is_new ? AddScript(account, answer.tag) : scripts_[known->second];
    if (!seen.insert(script.id).second) continue;
    if (is_new) {
      // What stopped before the last look at the account without it could not have been seen.
      script.news_from = first ? history.started : history.last_discovery;
      // With the baseline at the first answer there is nothing to prove: all that is older does not count.
      if (first && history.baseline == history.started) script.proven_to = history.baseline;
      if (first && !script.proven_to) history.unproved.insert(script.id);
      Stage(script);
    }
    if (!script.present || is_new) report.changed.insert(script.id);
    script.present = true;
    misses_[script.id] = 0;
    // A watched tag that discovery does not have keeps its name. Two rows with one name would be two series with the
    // same labels: the later one is shown as its tag.
    const std::string& name = answer.name.empty() ? script.name : answer.name;
    NameScript(script, names.insert(name).second ? name : answer.tag, report);
  }
  for (const ScriptId id : history.scripts) {
    ScriptHistory& script = scripts_[id];
    if (!script.present || seen.contains(id)) continue;
    if (++misses_[id] < 2 && !names.contains(script.name)) continue;
    script.present = false;
    history.unproved.erase(id);
    report.changed.insert(id);
  }
  history.discovered = true;
  history.last_discovery = now;
  Commit();
  return report;
}

ApplyReport Ledger::Apply(AccountIndex account, std::span<const ScriptUpdate> updates, Timestamp now) {
  ApplyReport report;
  for (const ScriptUpdate& update : updates) {
    ScriptHistory& script = scripts_[update.script];
    bool merged = true;
    for (const Build& build : update.builds) {
      if (build.uuid) merged &= MergeBuild(script, build, now, report);
    }
    if (!merged) continue;  // what is not known to be merged proves nothing
    if (update.proven_to && (!script.walked || script.proven_to < update.proven_to)) {
      if (!script.walked) report.changed.insert(script.id);
      script.proven_to = std::max(script.proven_to.value_or(*update.proven_to), *update.proven_to);
      script.walked = true;
      const BuildRow* newest = script.newest();
      script.newest_proved = newest == nullptr || update.gap ? std::nullopt : std::optional(newest->created);
      accounts_[account].unproved.erase(script.id);
      Stage(script);
    }
    if (update.settled) Settle(script);
  }
  Commit();
  return report;
}

ApplyReport Ledger::MarkLost(ScriptId id, const Uuid& uuid) {
  ApplyReport report;
  ScriptHistory& script = scripts_[id];
  const auto row = script.pending.find(uuid);
  if (row == script.pending.end() || row->second.lost) return report;
  row->second.lost = true;
  script.classes[Index(row->second.branch_class)].AddRow(row->second);
  Stage(row->second);
  report.changed.insert(id);
  Commit();
  return report;
}

ApplyReport Ledger::GiveUpOutcome(ScriptId id, const Uuid& uuid) {
  ApplyReport report;
  ScriptHistory& script = scripts_[id];
  const auto pending = script.pending.find(uuid);
  if (pending == script.pending.end() || pending->second.status != BuildStatus::kStopped) return report;
  const BuildRow before = pending->second;
  BuildRow row = before;
  row.outcome = BuildOutcome::kUnknown;
  report.anomalies.negative_duration = DurationsOf(row).clamped ? 1 : 0;
  CountRow(script, &before, row);
  Stage(row);
  report.changed.insert(id);
  Commit();
  return report;
}

const ScriptHistory* Ledger::FindScript(AccountIndex account, const std::string& tag) const {
  const auto found = by_tag_[account].find(tag);
  return found == by_tag_[account].end() ? nullptr : &scripts_[found->second];
}

bool Ledger::Knows(ScriptId script, const Uuid& uuid) {
  const auto row = Find(scripts_[script], uuid);
  return row && row->has_value();
}

ScriptHistory& Ledger::AddScript(AccountIndex account, const std::string& tag) {
  ScriptHistory& script = scripts_.emplace_back();
  script.id = static_cast<ScriptId>(scripts_.size() - 1);
  script.account = account;
  script.tag = tag;
  script.name = tag;
  accounts_[account].scripts.push_back(script.id);
  by_tag_[account].emplace(tag, script.id);
  misses_.push_back(0);
  return script;
}

void Ledger::NameScript(ScriptHistory& script, const std::string& name, ApplyReport& report) {
  if (script.name == name) return;
  script.name = name;
  report.changed.insert(script.id);
  Stage(script);
}

tl::expected<std::optional<BuildRow>, std::string> Ledger::Find(const ScriptHistory& script, const Uuid& uuid) {
  if (const auto row = script.pending.find(uuid); row != script.pending.end()) return row->second;
  for (const ClassHistory& history : script.classes) {
    if (history.newest && history.newest->uuid == uuid) return history.newest;
  }
  if (const auto row = staged_builds_.find(uuid); row != staged_builds_.end()) return row->second;
  return store_.Find(uuid);
}

bool Ledger::MergeBuild(const ScriptHistory& asked, const Build& seen, Timestamp now, ApplyReport& report) {
  const auto found = Find(asked, *seen.uuid);
  if (!found) {
    ++commit_state_.errors;
    commit_state_.last_error = "a build could not be looked up: " + found.error();
    return false;
  }
  const std::optional<BuildRow>& before = *found;
  // A build belongs to the script that showed it first.
  ScriptHistory& script = scripts_[before ? before->script : asked.id];
  const Merged merged = Merge(before ? &*before : nullptr, seen, script.id, now);
  report.anomalies += merged.anomalies;
  if (before == merged.row) return true;
  if (!before) {
    if (script.walked && !script.connected() && merged.row.created < *script.proven_to - kContradiction)
      Unprove(script);
    ++report.new_builds;
    if (script.walked && merged.row.created < *script.proven_to) ++report.late_builds;
  }
  CountRow(script, before ? &*before : nullptr, merged.row);
  TakeFacts(script, seen, merged.row);
  Stage(merged.row);
  report.changed.insert(script.id);
  return true;
}

void Ledger::Unprove(ScriptHistory& script) {
  const AccountHistory& account = accounts_[script.account];
  script.walked = false;
  script.proven_to.reset();
  if (script.news_from == account.started && account.baseline == account.started) script.proven_to = account.baseline;
  Stage(script);
}

void Ledger::TakeFacts(ScriptHistory& script, const Build& seen, const BuildRow& row) {
  if (!seen.trigger) return;
  if (seen.trigger->repo_connection && script.repository_seen.value_or(row.created) <= row.created) {
    script.repository = seen.trigger->repo_connection;
    script.repository_seen = row.created;
  }
  // The trigger may have been edited since the row was made.
  if (row.branch_class == BranchClass::kProduction && Classify(seen.trigger) == BranchClass::kProduction &&
      script.production_branch_seen.value_or(row.created) <= row.created) {
    script.production_branch = seen.trigger->branch_includes.front();
    script.production_branch_seen = row.created;
  }
}

void Ledger::CountRow(ScriptHistory& script, const BuildRow* before, const BuildRow& row) {
  AccountHistory& account = accounts_[script.account];
  ClassHistory& history = script.classes[Index(row.branch_class)];
  const auto old_for = [](const std::optional<Timestamp>& news_from, Timestamp instant) {
    return news_from && instant < *news_from;
  };
  if (before == nullptr && account.baseline && row.created >= *account.baseline) {
    history.counters.AddSubmitted();
    account.counters.AddSubmitted(row);
    if (old_for(script.news_from, row.created)) history.old_news.AddSubmitted();
    if (old_for(account.started, row.created)) account.old_news.AddSubmitted(row);
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
    account.counters.AddCompleted(row, durations, bounds_);
    if (old_for(script.news_from, *row.stopped)) history.old_news.AddCompleted(row, durations);
    if (old_for(account.started, *row.stopped)) account.old_news.AddCompleted(row, durations, bounds_);
  }
  if (const auto run = durations.phases[Index(Phase::kRun)]) {
    account.run_time[std::chrono::floor<std::chrono::hours>(*row.stopped)] += *run;
  }
  if (IsVerdict(*row.outcome)) history.AddVerdict(row, durations);
}

void Ledger::Settle(ScriptHistory& script) {
  AccountHistory& account = accounts_[script.account];
  for (const BranchClass branch_class : kBranchClasses) {
    const auto episodes = script.classes[Index(branch_class)].Settle();
    if (branch_class != BranchClass::kProduction) continue;
    for (const ClassHistory::Episode& episode : episodes) {
      auto found = Find(script, episode.success);
      if (!found || !*found || (*found)->failure_episode) continue;
      std::optional<BuildRow>& row = *found;
      row->failure_episode = episode.length;
      script.classes[Index(branch_class)].AddRow(*row);
      Stage(*row);
      if (!account.baseline || episode.stopped < *account.baseline) continue;
      account.counters.AddEpisode(episode.length, bounds_);
      if (account.started && episode.stopped < *account.started) account.old_news.AddEpisode(episode.length, bounds_);
    }
  }
}

void Ledger::Stage(const BuildRow& row) {
  staged_builds_.insert_or_assign(row.uuid, row);
}

void Ledger::Stage(const ScriptHistory& script) {
  staged_scripts_[script.id] = {script.id, script.account, script.tag, script.name, script.proven_to};
}

void Ledger::Commit() {
  Transaction transaction;
  for (const auto& [key, account] : staged_accounts_) transaction.accounts.push_back(account);
  for (const auto& [key, script] : staged_scripts_) transaction.scripts.push_back(script);
  for (const auto& [key, row] : staged_builds_) transaction.builds.push_back(row);
  if (transaction.empty()) return;
  if (const auto committed = store_.Commit(transaction); !committed) {
    ++commit_state_.errors;
    commit_state_.last_error = committed.error();
    return;
  }
  ++commit_state_.commits;
  staged_accounts_.clear();
  staged_scripts_.clear();
  staged_builds_.clear();
}

}  // namespace exporter::ledger
