#include "exporter/ledger/ledger.h"

#include <algorithm>
#include <utility>

namespace exporter::ledger {

using workers_builds::Build;
using workers_builds::Script;

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

Ledger::Ledger(LedgerStore& store, const std::vector<AccountSettings>& accounts, const BucketBounds& bounds,
               KeptDetails details, Shard shard)
    : writer_(store), bounds_(bounds), details_(std::move(details)), shard_(shard) {
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

ApplyReport Ledger::ApplyDiscovery(AccountIndex account, std::span<const Script> scripts, Timestamp now,
                                   const std::unordered_set<std::string>& names_elsewhere) {
  ApplyReport report;
  AccountHistory& history = accounts_[account];
  const bool first = !history.discovered();
  std::unordered_set<ScriptId> seen;
  std::unordered_set<std::string> names;
  const auto is_elsewhere = [&](const std::string& name) { return names_elsewhere.contains(name); };
  for (const Script& answer : scripts) {
    const auto known = by_tag_[account].find(answer.tag);
    const bool is_added = known == by_tag_[account].end();
    ScriptHistory& script = is_added ? AddScript(account, answer.tag) : scripts_[known->second];
    const bool is_new = is_added || script.unseen();
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
    const bool is_taken = !names.insert(name).second || (answer.name.empty() && is_elsewhere(name));
    NameScript(script, is_taken ? answer.tag : name, report);
  }
  for (const ScriptId id : history.scripts) {
    ScriptHistory& script = scripts_[id];
    if (!script.present || seen.contains(id)) continue;
    if (++misses_[id] < 2 && !names.contains(script.name) && !is_elsewhere(script.name)) continue;
    script.present = false;
    Await(script, false);
    report.changed.insert(id);
  }
  GiveHistograms(history.scripts, report);
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
    const bool was_walked = script.walked;
    bool merged = true;
    for (const Build& build : update.builds) {
      if (build.uuid) merged &= MergeBuild(script, build, now, report);
    }
    if (!merged) continue;  // what is not known to be merged proves nothing
    // A walk that brings what the proof before it ruled out has ended at that proof, too early.
    const bool unproved = was_walked && !script.walked;
    if (update.proven_to && !unproved && (!script.walked || script.proven_to < update.proven_to)) {
      if (!script.walked) report.changed.insert(script.id);
      script.proven_to = std::max(script.proven_to.value_or(*update.proven_to), *update.proven_to);
      script.walked = true;
      const BuildRow* newest = script.newest();
      script.newest_proved = newest == nullptr || update.gap ? std::nullopt : std::optional(newest->created);
      Await(script, false);
    }
    if (update.settled) {
      Settle(script, Timestamp::max(), report);
    } else if (update.proven_to && script.walked) {
      Settle(script, *update.proven_to - kLateness, report);
    }
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

void Ledger::KeepBudget(AccountIndex account, double level, std::optional<Timestamp> blocked_until) {
  if (!accounts_[account].started) return;  // nothing is kept of it yet
  writer_.Stage(StoredBudget{.account = accounts_[account].key, .level = level, .blocked_until = blocked_until});
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
  script.owned = shard_.Owns(tag);
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

void Ledger::Bear(ScriptHistory& script, ApplyReport& report) {
  if (!script.connected() || !script.proven_to) return;
  CounterGroups classes = 0;
  CounterGroups unknown_outcomes = 0;
  for (const BranchClass branch_class : kBranchClasses) {
    const ClassHistory& history = script.classes[Index(branch_class)];
    // Not for a build from before the baseline: whether such a one is known depends on how far lists were read.
    if (branch_class == BranchClass::kUnknown && history.counters == ClassCounters()) continue;
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

}  // namespace exporter::ledger
