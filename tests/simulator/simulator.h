#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/simulator/fault_plan.h"
#include "tests/simulator/http.h"
#include "tests/simulator/instant.h"
#include "tests/simulator/operation.h"
#include "tests/simulator/rate_limiter.h"
#include "tests/simulator/scenario.h"
#include "tests/simulator/simulated_account.h"
#include "tests/simulator/simulated_clock.h"
#include "tests/simulator/truth.h"

namespace simulator {

/// The whole API in a value: requests in, replies out. It has no socket, no thread and no clock; every entry point
/// takes the instant of the wall, which must not run backwards. Not for several threads at once.
class Simulator {
 public:
  Simulator(const Scenario& scenario, Instant wall_start);

  /// Answers `/client/v4` and `/_simulator`. The delivery in the reply is up to the caller.
  Reply Handle(const Request& request, Instant wall_now);

  /// Everything up to `wall_now` happens; returns the simulated instant.
  Instant AdvanceTo(Instant wall_now);

  /// By id or name; empty: the first one. Null when there is none.
  SimulatedAccount* FindAccount(std::string_view id_or_name);
  std::vector<SimulatedAccount>& accounts() { return accounts_; }
  const std::vector<SimulatedAccount>& accounts() const { return accounts_; }
  FaultPlan& faults() { return faults_; }
  SimulatedClock& clock() { return clock_; }
  /// The first simulated instant.
  Instant start() const { return start_; }
  /// The simulated instant of the last AdvanceTo or Handle.
  Instant now() const { return now_; }

  /// The truth about all accounts as of the last AdvanceTo or Handle.
  std::vector<Series> Truth(Instant baseline) const;

  /// Calls of the API by operation (`other` for none) and status (0: reset).
  const std::map<std::pair<std::string, int>, std::size_t>& requests() const { return requests_; }
  /// By token.
  const std::map<std::string, RateLimiter>& limiters() const { return limiters_; }

 private:
  Reply Api(const Request& request, const Target& target, Instant wall_now);
  Reply Undisturbed(const Request& request, const Target& target, const Call* call, const std::string& bearer);
  void HoldBackNewRows(const Call& call, const Query& query);
  void DriftAfter(const FaultOrder& fault, const Call& call);
  void StampHeaders(Reply& reply, const RateLimiter& limiter, Instant wall_now);

  Scenario scenario_;
  Instant start_;
  Instant now_;
  SimulatedClock clock_;
  std::vector<SimulatedAccount> accounts_;
  FaultPlan faults_;
  std::map<std::string, RateLimiter> limiters_;
  std::map<std::pair<std::string, int>, std::size_t> requests_;
  std::size_t answers_ = 0;
};

}  // namespace simulator
