#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "exporter/ledger/ledger.h"

namespace exporter::metrics {

/// Which value a counter that appears shows at first. Prometheus' `increase()` does not see the first value of a
/// series: a series that appears after the first page therefore shows, for two minutes, only what had happened before
/// the exporter could have seen it, and then its value. One thread.
class CounterBirths {
 public:
  using MonoTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::milliseconds>;
  static constexpr std::chrono::minutes kHeld{2};

  /// A group of counters that appear together.
  struct Birth {
    bool born = false;
    std::optional<MonoTime> held_until;
    /// The counters show old news only.
    bool held(MonoTime now) const { return held_until && now < *held_until; }
  };
  struct ScriptBirths {
    std::array<Birth, ledger::kBranchClasses.size()> classes;          // all counters of the class
    std::array<Birth, ledger::kBranchClasses.size()> unknown_outcome;  // completed_total{outcome="unknown"}
  };

  /// The script's counters that are visible now and were not before are born. `first_look`: this is what the first look
  /// at a script of the first page has shown, so that nothing can have been missed.
  void Observe(const ledger::ScriptHistory& script, bool first_look, MonoTime now);
  void Observe(ledger::AccountIndex account, const ledger::AccountHistory& history, bool baseline_configured,
               MonoTime now);

  const ScriptBirths& script(ledger::ScriptId script) const;
  const Birth& account(ledger::AccountIndex account) const;

  /// When the next held counters show their value; empty when none is held.
  std::optional<MonoTime> NextRelease() const;
  /// Forgets the releases up to `now`; true when there was one.
  bool Release(MonoTime now);

 private:
  void Bear(Birth& birth, bool hold, MonoTime now);

  std::unordered_map<ledger::ScriptId, ScriptBirths> scripts_;
  std::map<ledger::AccountIndex, Birth> accounts_;
  std::multiset<MonoTime> releases_;
};

}  // namespace exporter::metrics
