#pragma once

#include <functional>
#include <vector>

#include "exporter/poll/call.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/simulated_api.h"

namespace simulation {

/// SimulatedApi behind everything that goes wrong on the way. Depends on nothing but its arguments.
class FaultyApi {
 public:
  /// `start`: the API's instant when the run begins. `api` outlives this.
  FaultyApi(SimulatedApi& api, std::vector<Disturbance> disturbances, simulator::Instant start, std::uint64_t seed);

  struct Delivery {
    exporter::poll::CallResult result;
    /// From the request to the answer, or to the failure.
    milliseconds took{0};
    /// It says with success that a script has no builds, whatever it has.
    bool denies_builds = false;
  };
  /// What a call that is sent at `at` brings. `known` says whether the exporter has met a script: only such are ever
  /// missing from discovery.
  Delivery Send(const exporter::poll::Call& call, milliseconds at, milliseconds timeout,
                const std::function<bool(const std::string& tag)>& known);
  /// The exporter starts; it has no other answer yet to judge the first by.
  void ExporterStarted() { answers_since_start_ = 0; }

  /// How far our own clock is off.
  milliseconds ClockSkewAt(milliseconds at);
  /// The store cannot write; counts as used.
  bool CommitFails(milliseconds at);

  const std::vector<Disturbance>& disturbances() const { return disturbances_; }
  const FaultCounts& used() const { return used_; }
  simulator::Instant ApiTime(milliseconds at) const { return start_ + at; }

 private:
  using Call = exporter::poll::Call;
  using CallResult = exporter::poll::CallResult;

  /// The fault hits this call, now; counts as used.
  bool Hits(const Disturbance& disturbance, const Call& call);
  bool Hits(Fault fault, const Call& call);
  void Count(Fault fault) { ++used_[static_cast<std::size_t>(fault)]; }
  const Disturbance* Find(Fault fault, const Call& call) const;
  const std::string& TagOf(const Disturbance& disturbance, const Call& call);

  std::optional<Delivery> Failure(const Call& call, simulator::Instant now, milliseconds timeout);
  void HideRows(const Call& call, simulator::Instant now);
  void Distort(const Call& call, simulator::Instant now, Delivery& delivery,
               const std::function<bool(const std::string&)>& known);
  void DistortBuilds(const Call& call, simulator::Instant now, CallResult& result);
  void DistortMeta(const Call& call, CallResult& result);

  SimulatedApi& api_;
  std::vector<Disturbance> disturbances_;
  std::vector<const Disturbance*> active_;
  milliseconds active_until_{-1};
  simulator::Instant start_;
  std::vector<std::size_t> scripts_at_start_;  // by account
  simulator::Random random_;
  int answers_since_start_ = 0;
  simulator::Instant next_drift_{};
  FaultCounts used_{};
};

}  // namespace simulation
