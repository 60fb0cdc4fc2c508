#pragma once

#include <cstdint>
#include <vector>

#include "exporter/poll/call.h"
#include "tests/simulator/simulated_account.h"

namespace simulation {

enum class ListOrder : std::uint8_t { kNewestFirst, kOldestFirst };

/// The API as typed values: what the client would make of the simulator's answers, without HTTP and JSON between them.
/// Fields that the exporter never reads are left empty. Not for several threads at once.
class SimulatedApi {
 public:
  /// `accounts[i]` answers the calls of account i and outlives this.
  explicit SimulatedApi(std::vector<simulator::SimulatedAccount>& accounts) : accounts_(accounts) {}

  /// The answer at the API's instant `now` when nothing is in its way: status and `Date`, which knows whole seconds
  /// only, are set; local time and duration are the caller's. Everything up to `now` happens first; builds in the
  /// answer are marked as shown.
  exporter::poll::CallResult Answer(const exporter::poll::Call& call, simulator::Instant now,
                                    ListOrder order = ListOrder::kNewestFirst);

  const std::vector<simulator::SimulatedAccount>& accounts() const { return accounts_; }
  simulator::SimulatedAccount& account(exporter::ledger::AccountIndex account) { return accounts_[account]; }

 private:
  std::vector<simulator::SimulatedAccount>& accounts_;
};

/// A call that brought no usable answer. `status` 0: no answer at all, and so no `Date`.
exporter::poll::CallResult FailedCall(workers_builds::ErrorReason reason, int status, simulator::Instant now);

}  // namespace simulation
