#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include "client/builds_client.h"
#include "client/credentials.h"
#include "config/config.h"
#include "exporter/core.h"
#include "exporter/ledger/ledger_store.h"
#include "exporter/metrics/self_metrics.h"
#include "exporter/poll_reporter.h"
#include "tests/component/simulator_transport.h"
#include "tests/simulator/scenario.h"
#include "tests/simulator/simulator.h"
#include "tests/support/busiest_window.h"
#include "tests/support/page_truth.h"

namespace exporter::testing {

/// A configuration that fits the default scenario of the simulator: one paid account, its token, the default intervals.
config::Config ConfigFor(const simulator::Scenario& scenario);

/// The core and the client, as they are shipped, against the simulator, on a clock that only this moves. One run is
/// exactly repeatable: it depends on nothing but its arguments.
class VirtualRun {
 public:
  VirtualRun(const simulator::Scenario& scenario, config::Config config);
  ~VirtualRun();

  void RunFor(std::chrono::milliseconds duration);
  /// The simulated builds stand still, polling goes on.
  void FreezeBuilds();

  simulator::Simulator& simulator() { return simulator_; }
  const Core& core() const { return *core_; }
  poll::MonoTime now() const { return now_; }

  /// The samples of the page. A series that stands twice fails the test.
  support::PageSamples Page();
  /// Where page and truth differ, a line each.
  std::vector<std::string> DifferencesFromTruth();
  /// The exporter's own metrics, as text.
  std::string OwnMetrics() const { return metrics_.Render(exposition::Format::kText); }

  /// API requests so far, and the most in any 5 minutes.
  std::size_t requests() const { return sent_.size(); }
  std::size_t MostRequestsInAWindow() const { return support::BusiestWindow(sent_); }

 private:
  class VirtualClock : public Clock {
   public:
    explicit VirtualClock(const VirtualRun& run) : run_(run) {}
    poll::MonoTime Now() const override { return run_.now_; }
    workers_builds::Timestamp WallNow() const override { return run_.wall_; }

   private:
    const VirtualRun& run_;
  };
  struct Pending {
    poll::MonoTime at;
    std::uint64_t order;
    poll::Request request;
    poll::CallResult result;
    bool operator>(const Pending& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  void Send(poll::Request request);
  void MoveTo(poll::MonoTime at);

  config::Config config_;
  simulator::Instant wall_;
  poll::MonoTime now_{std::chrono::hours(1)};
  simulator::Simulator simulator_;
  SimulatorTransport transport_;
  std::unique_ptr<workers_builds::Credentials> credentials_;
  workers_builds::BuildsClient client_;
  VirtualClock clock_;
  metrics::SelfMetrics metrics_;
  PollReporter reporter_;
  std::unique_ptr<ledger::LedgerStore> store_;
  std::mt19937_64 chance_;
  std::unique_ptr<Core> core_;
  std::priority_queue<Pending, std::vector<Pending>, std::greater<>> pending_;
  std::uint64_t sent_count_ = 0;
  std::vector<poll::MonoTime> sent_;
};

}  // namespace exporter::testing
