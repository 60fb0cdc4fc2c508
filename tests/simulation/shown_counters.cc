#include "tests/simulation/shown_counters.h"

#include <algorithm>
#include <utility>

namespace simulation {
namespace {

using exporter::ledger::AccountCounters;
using exporter::ledger::AccountHistory;
using exporter::ledger::BranchClass;
using exporter::ledger::BuildOutcome;
using exporter::ledger::ClassCounters;
using exporter::ledger::DurationHistograms;
using exporter::ledger::Histogram;
using exporter::ledger::Index;
using exporter::ledger::ScriptHistory;

template <typename Values>
bool NoneLower(const Values& now, const Values& before) {
  return std::ranges::equal(now, before, [](const auto& left, const auto& right) { return left >= right; });
}

bool NoneLower(const Histogram& now, const Histogram& before) {
  return NoneLower(now.counts(), before.counts()) && now.sum() >= before.sum();
}

bool NoneLower(const DurationHistograms::Table& now, const DurationHistograms::Table& before) {
  for (std::size_t i = 0; i < now.size(); ++i) {
    for (std::size_t j = 0; j < now[i].size(); ++j) {
      if (!NoneLower(now[i][j], before[i][j])) return false;
    }
  }
  return true;
}

bool NoneLower(const ClassCounters& now, const ClassCounters& before) {
  return NoneLower(now.completed, before.completed) && now.submitted >= before.submitted &&
         NoneLower(now.phase_time, before.phase_time) && NoneLower(now.phase_builds, before.phase_builds);
}

bool NoneLower(const DurationHistograms& now, const DurationHistograms& before) {
  return NoneLower(now.queue, before.queue) && NoneLower(now.init, before.init) && NoneLower(now.run, before.run) &&
         NoneLower(now.elapsed, before.elapsed) && NoneLower(now.failure_episode, before.failure_episode);
}

bool NoneLower(const AccountCounters& now, const AccountCounters& before) {
  for (std::size_t i = 0; i < now.triggered.size(); ++i) {
    if (!NoneLower(now.triggered[i], before.triggered[i])) return false;
  }
  return NoneLower(now.durations, before.durations);
}

}  // namespace

void ShownCounters::Take(const exporter::ledger::Ledger& ledger,
                         const std::unordered_set<exporter::ledger::ScriptId>& changed) {
  std::unordered_set<std::uint32_t> accounts;
  for (const exporter::ledger::ScriptId id : changed) {
    const ScriptHistory& script = ledger.script(id);
    accounts.insert(script.account);
    if (!script.present || !script.connected()) continue;
    for (const BranchClass branch_class : exporter::ledger::kBranchClasses) TakeClass(script, branch_class);
  }
  for (const std::uint32_t account : accounts) TakeAccount(ledger.account(account));
}

void ShownCounters::TakeClass(const ScriptHistory& script, BranchClass branch_class) {
  const exporter::ledger::ClassHistory& history = script.classes[Index(branch_class)];
  const auto shown = scripts_.find({script.tag, branch_class});
  const std::string name = "of class " + std::string(ToWord(branch_class)) + " of script " + script.name;
  if (!script.births.Born(CountersOf(branch_class))) {
    if (shown != scripts_.end()) report_("the counters " + name + " have left the page");
    return;
  }
  const bool held = script.births.Held(CountersOf(branch_class));
  Shown now{held ? history.old_news : history.counters, script.births.Born(UnknownOutcomeOf(branch_class))};
  if (!now.unknown_outcome) {
    now.counters.completed[Index(BuildOutcome::kUnknown)] = 0;
  } else if (script.births.Held(UnknownOutcomeOf(branch_class))) {
    now.counters.completed[Index(BuildOutcome::kUnknown)] = history.old_news.completed[Index(BuildOutcome::kUnknown)];
  }
  if (shown == scripts_.end()) {
    scripts_.emplace(std::pair(script.tag, branch_class), std::move(now));
    return;
  }
  if (!NoneLower(now.counters, shown->second.counters)) report_("a counter " + name + " has fallen");
  if (shown->second.unknown_outcome && !now.unknown_outcome) {
    report_("completed_total of unknown outcome " + name + " has left the page");
  }
  shown->second = std::move(now);
}

void ShownCounters::TakeAccount(const AccountHistory& account) {
  const auto shown = accounts_.find(account.id);
  if (!account.births.Born(exporter::ledger::kAccountCounters)) {
    if (shown != accounts_.end()) report_("the counters of account " + account.id + " have left the page");
    return;
  }
  const AccountCounters& now =
      account.births.Held(exporter::ledger::kAccountCounters) ? account.old_news : account.counters;
  if (shown == accounts_.end()) {
    accounts_.emplace(account.id, now);
    return;
  }
  if (!NoneLower(now, shown->second)) report_("a counter of account " + account.id + " has fallen");
  shown->second = now;
}

void ShownCounters::Forget() {
  scripts_.clear();
  accounts_.clear();
}

}  // namespace simulation
