#pragma once

#include <cstdint>

#include "exporter/ledger/vocabulary.h"

namespace exporter::ledger {

/// Counters that appear on the page together, as bits: a script has a group for each branch class and one for the
/// outcome `unknown` of each class, an account has one.
using CounterGroups = std::uint8_t;

constexpr CounterGroups CountersOf(BranchClass branch_class) {
  return static_cast<CounterGroups>(1U << Index(branch_class));
}
constexpr CounterGroups UnknownOutcomeOf(BranchClass branch_class) {
  return static_cast<CounterGroups>(CountersOf(branch_class) << kBranchClasses.size());
}
inline constexpr CounterGroups kAccountCounters = 1;

/// Which counters are on the page, and with which value. Prometheus' `increase()` does not see the first value of a
/// series: one that appears after the first page therefore shows at first only what had happened before the exporter
/// could have seen it, and its value when it is released.
struct CounterBirths {
  CounterGroups born = 0;
  /// Of those born: not released yet.
  CounterGroups held = 0;

  /// Returns those of `groups` that are held from now on.
  CounterGroups Bear(CounterGroups groups, bool hold) {
    const auto fresh = static_cast<CounterGroups>(groups & ~born);
    born |= fresh;
    if (!hold) return 0;
    held |= fresh;
    return fresh;
  }
  void Release(CounterGroups groups) { held &= static_cast<CounterGroups>(~groups); }

  bool Born(CounterGroups group) const { return (born & group) != 0; }
  bool Held(CounterGroups group) const { return (held & group) != 0; }

  bool operator==(const CounterBirths&) const = default;
};

}  // namespace exporter::ledger
