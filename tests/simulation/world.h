#pragma once

#include <string>
#include <vector>

#include "tests/simulation/seed.h"
#include "tests/simulation/watched_store.h"
#include "tests/simulator/simulated_account.h"

namespace simulation {

/// The accounts of a seed and what happens in them: builds that are started, scripts that are changed.
class World {
 public:
  explicit World(const Seed& seed);

  /// Everything until then happens, and no more: `at` never goes back. `committed`: the builds that the exporter has
  /// in its store, by which a script may be deleted.
  void AdvanceTo(milliseconds at, const WatchedStore& committed);

  /// The exporter has lost all that it knew: what only it could know is not true any more for anybody. Builds of
  /// scripts that are gone cannot be read again.
  void ForgetDeletedScripts();
  /// Builds that stopped before the counters began and that no list had to show are not part of the truth.
  void ForgetNeedlessHistory(std::size_t account, simulator::Instant baseline, const WatchedStore& committed);

  std::vector<simulator::SimulatedAccount>& accounts() { return accounts_; }
  const std::vector<simulator::SimulatedAccount>& accounts() const { return accounts_; }
  const std::array<std::int64_t, kChangeKinds>& changes() const { return changes_made_; }

 private:
  using Script = simulator::Script;

  /// A script that is there, by its share; null when none is.
  const Script* Pick(const simulator::SimulatedAccount& account, double share, bool connected) const;
  /// Whether it fitted.
  bool Make(const Change& change, const WatchedStore& committed);
  bool IsKnown(const simulator::SimulatedAccount& account, const Script& script, const WatchedStore& committed) const;
  std::string NewName() { return "new-name-" + std::to_string(++names_); }
  /// The name of a script that is gone and that nobody has taken; empty: there is none.
  std::string FreeName(const simulator::SimulatedAccount& account) const;

  const Seed& seed_;
  std::vector<simulator::SimulatedAccount> accounts_;
  std::size_t next_arrival_ = 0;
  std::vector<Change> changes_;  // still to make, by instant
  std::array<std::int64_t, kChangeKinds> changes_made_{};
  int names_ = 0;
};

}  // namespace simulation
