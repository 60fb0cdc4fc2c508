#include "exporter/metrics/counter_births.h"

namespace exporter::metrics {

using ledger::BranchClass;
using ledger::Index;
using ledger::kBranchClasses;

void CounterBirths::Bear(Birth& birth, bool hold, MonoTime now) {
  if (birth.born) return;
  birth.born = true;
  if (!hold) return;
  birth.held_until = now + kHeld;
  releases_.insert(*birth.held_until);
}

void CounterBirths::Observe(const ledger::ScriptHistory& script, bool first_look, MonoTime now) {
  if (!script.connected() || !script.proven_to) return;
  ScriptBirths& births = scripts_[script.id];
  for (const BranchClass branch_class : kBranchClasses) {
    const ledger::ClassHistory& history = script.classes[Index(branch_class)];
    if (branch_class == BranchClass::kUnknown && !history.newest) continue;
    Bear(births.classes[Index(branch_class)], !first_look, now);
    if (history.counters.completed[Index(ledger::BuildOutcome::kUnknown)] > 0) {
      Bear(births.unknown_outcome[Index(branch_class)], true, now);
    }
  }
}

void CounterBirths::Observe(ledger::AccountIndex account, const ledger::AccountHistory& history,
                            bool baseline_configured, MonoTime now) {
  // Counters that begin at the first answer are 0 until then: they can be on the first page.
  if (!baseline_configured) {
    Bear(accounts_[account], false, now);
  } else if (history.discovered && history.unproved.empty()) {
    Bear(accounts_[account], true, now);
  }
}

const CounterBirths::ScriptBirths& CounterBirths::script(ledger::ScriptId script) const {
  static const ScriptBirths kNone;
  const auto found = scripts_.find(script);
  return found == scripts_.end() ? kNone : found->second;
}

const CounterBirths::Birth& CounterBirths::account(ledger::AccountIndex account) const {
  static const Birth kNone;
  const auto found = accounts_.find(account);
  return found == accounts_.end() ? kNone : found->second;
}

std::optional<CounterBirths::MonoTime> CounterBirths::NextRelease() const {
  if (releases_.empty()) return std::nullopt;
  return *releases_.begin();
}

bool CounterBirths::Release(MonoTime now) {
  const auto later = releases_.upper_bound(now);
  const bool any = later != releases_.begin();
  releases_.erase(releases_.begin(), later);
  return any;
}

}  // namespace exporter::metrics
