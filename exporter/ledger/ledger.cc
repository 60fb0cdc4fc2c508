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
  held.insert(held.end(), other.held.begin(), other.held.end());
  anomalies += other.anomalies;
  return *this;
}

Ledger::Ledger(LedgerStore& store, const std::vector<AccountSettings>& accounts, const BucketBounds& bounds)
    : writer_(store), bounds_(bounds) {
  for (const AccountSettings& settings : accounts) AddAccount(settings);
}

AccountHistory& Ledger::AddAccount(const AccountSettings& settings) {
  AccountHistory& account = accounts_.emplace_back(settings.id, AccountCounters(bounds_));
  account.key = static_cast<AccountKey>(accounts_.size() - 1);
  account.baseline = settings.baseline;
  // Counters that begin at the first answer are 0 until then: they can be on the first page.
  if (!settings.baseline) account.births.Bear(kAccountCounters, false);
  by_tag_.emplace_back();
  return account;
}

void Ledger::Start(AccountIndex account, Timestamp now) {
  AccountHistory& history = accounts_[account];
  if (history.started) return;
  history.started = now;
  if (!history.baseline) history.baseline = now;
  Stage(history);
  Commit();
}

ApplyReport Ledger::ApplyDiscovery(AccountIndex account, std::span<const Script> scripts, Timestamp now) {
  ApplyReport report;
  AccountHistory& history = accounts_[account];
  const bool first = !history.discovered();
  std::unordered_set<ScriptId> seen;
  std::unordered_set<std::string> names;
  for (const Script& answer : scripts) {
    const auto known = by_tag_[account].find(answer.tag);
    const bool is_new = known == by_tag_[account].end();
    ScriptHistory& script = is_new ? AddScript(account, answer.tag) : scripts_[known->second];
    if (!seen.insert(script.id).second) continue;
    if (is_new) {
      // What stopped before the last look at the account without it could not have been seen.
      script.from_start = first;
      script.news_from = first ? history.started : history.last_discovery;
      // With the baseline at the first answer there is nothing to prove: all that is older does not count.
      if (first && history.counts_from_start()) script.proven_to = history.baseline;
      Await(script, first && !script.proven_to);
    }
    if (!script.present || is_new) report.changed.insert(script.id);
    if (!std::exchange(script.present, true)) Stage(script);
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
    Await(script, false);
    report.changed.insert(id);
  }
  history.last_discovery = now;
  Stage(history);
  BearAccount(account, report);
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
      Await(script, false);
    }
    if (update.settled) Settle(script);
  }
  for (const ScriptId id : report.changed) Bear(scripts_[id], report);
  for (const ScriptUpdate& update : updates) scripts_[update.script].looked_at |= update.looked_at;
  BearAccount(account, report);
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
  writer_.Stage(row->second);
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
  writer_.Stage(row);
  report.changed.insert(id);
  Bear(script, report);
  Commit();
  return report;
}

void Ledger::Release(std::span<const HeldCounters> counters) {
  for (const HeldCounters& held : counters) {
    if (held.script) {
      ScriptHistory& script = scripts_[*held.script];
      script.births.Release(held.groups);
      Stage(script);
    } else {
      AccountHistory& account = accounts_[held.account];
      account.births.Release(held.groups);
      Stage(account);
    }
  }
  Commit();
}

void Ledger::KeepBudget(AccountIndex account, const StoredBudget& budget) {
  if (!accounts_[account].started) return;  // nothing is kept of it yet
  StoredBudget stored = budget;
  stored.account = accounts_[account].key;
  writer_.Stage(stored);
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
  return writer_.Find(uuid);
}

bool Ledger::MergeBuild(const ScriptHistory& asked, const Build& seen, Timestamp now, ApplyReport& report) {
  const auto found = Find(asked, *seen.uuid);
  if (!found) return false;
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
    const auto before = script.classes[Index(branch_class)].settled_success;
    const auto episodes = script.classes[Index(branch_class)].Settle();
    if (script.classes[Index(branch_class)].settled_success != before) Stage(script);
    if (branch_class != BranchClass::kProduction) continue;
    for (const ClassHistory::Episode& episode : episodes) {
      auto found = Find(script, episode.success);
      if (!found || !*found || (*found)->failure_episode) continue;
      std::optional<BuildRow>& row = *found;
      row->failure_episode = episode.length;
      script.classes[Index(branch_class)].AddRow(*row);
      writer_.Stage(*row);
      CountEpisode(account, *row);
    }
  }
}

void Ledger::CountEpisode(AccountHistory& account, const BuildRow& success) {
  if (!account.baseline || *success.stopped < *account.baseline) return;
  account.counters.AddEpisode(*success.failure_episode, bounds_);
  if (account.started && *success.stopped < *account.started) {
    account.old_news.AddEpisode(*success.failure_episode, bounds_);
  }
}

void Ledger::Bear(ScriptHistory& script, ApplyReport& report) {
  if (!script.connected() || !script.proven_to) return;
  CounterGroups classes = 0;
  CounterGroups unknown_outcomes = 0;
  for (const BranchClass branch_class : kBranchClasses) {
    const ClassHistory& history = script.classes[Index(branch_class)];
    if (branch_class == BranchClass::kUnknown && !history.newest) continue;
    classes |= CountersOf(branch_class);
    const bool occurs = history.counters.completed[Index(BuildOutcome::kUnknown)] > 0;
    if (occurs) unknown_outcomes |= UnknownOutcomeOf(branch_class);
  }
  // What the first look at a script of the first page shows cannot have been missed by anybody.
  const AccountHistory& account = accounts_[script.account];
  const bool first_page = account.counts_from_start() && script.from_start;
  const CounterBirths before = script.births;
  CounterGroups held = script.births.Bear(classes, script.looked_at || !first_page);
  held |= script.births.Bear(unknown_outcomes, true);
  if (held != 0) report.held.push_back({script.account, script.id, held});
  if (script.births != before) Stage(script);
}

void Ledger::BearAccount(AccountIndex index, ApplyReport& report) {
  AccountHistory& account = accounts_[index];
  if (!account.discovered() || !account.unproved.empty() || account.births.Born(kAccountCounters)) return;
  report.held.push_back({index, std::nullopt, account.births.Bear(kAccountCounters, true)});
  Stage(account);
}

void Ledger::Await(ScriptHistory& script, bool awaited) {
  script.awaited = awaited;
  auto& unproved = accounts_[script.account].unproved;
  if (awaited) {
    unproved.insert(script.id);
  } else {
    unproved.erase(script.id);
  }
  Stage(script);
}

void Ledger::Stage(const AccountHistory& account) {
  if (!account.started) return;
  writer_.Stage(StoredAccount{.account = account.key,
                              .id = account.id,
                              .baseline = *account.baseline,
                              .started = *account.started,
                              .last_discovery = account.last_discovery,
                              .births = account.births});
}

void Ledger::Stage(const ScriptHistory& script) {
  StoredScript stored{.script = script.id,
                      .account = accounts_[script.account].key,
                      .tag = script.tag,
                      .name = script.name,
                      .present = script.present,
                      .proven_to = script.proven_to,
                      .walked = script.walked,
                      .newest_proved = script.newest_proved,
                      .awaited = script.awaited,
                      .from_start = script.from_start,
                      .news_from = script.news_from,
                      .births = script.births,
                      .settled_success = {},
                      .repository = script.repository,
                      .repository_seen = script.repository_seen,
                      .production_branch = script.production_branch,
                      .production_branch_seen = script.production_branch_seen};
  for (const BranchClass branch_class : kBranchClasses) {
    stored.settled_success[Index(branch_class)] = script.classes[Index(branch_class)].settled_success;
  }
  writer_.Stage(stored);
}

}  // namespace exporter::ledger
