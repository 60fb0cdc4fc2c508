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
#include "tests/support/busiest_window.h"
#include "tests/support/page_truth.h"

namespace exporter::testing {

/// A simulator and the clocks that whoever runs the test moves.
struct VirtualWorld {
  explicit VirtualWorld(const simulator::Scenario& scenario);

  void MoveTo(poll::MonoTime at);
  /// The simulated builds stand still, polling goes on.
  void FreezeBuilds();
  /// Of all accounts, counted from `baseline` on.
  std::vector<simulator::Series> Truth(workers_builds::Timestamp baseline);

  simulator::Scenario scenario;
  simulator::Instant wall;
  poll::MonoTime now{std::chrono::hours(1)};
  simulator::Simulator simulator;
};

/// The core and the client, as they are shipped, in a virtual world. Depends on nothing but its arguments.
class VirtualExporter {
 public:
  /// The references outlive it. What the store holds is taken over.
  VirtualExporter(VirtualWorld& world, config::Config config, ledger::LedgerStore& store, ledger::Shard shard = {});
  ~VirtualExporter();

  /// Takes the answers that are there and asks what is due; when it wants to be called again, at the latest at `end`.
  poll::MonoTime Step(poll::MonoTime end);
  /// What is said now and then about the state.
  void Report();
  /// Nothing more is written to the store.
  void Stop() { core_->Flush(); }

  const Core& core() const { return *core_; }
  /// The samples of the page. A series that stands twice fails the test.
  support::PageSamples Page();
  /// The exporter's own metrics, as text.
  std::string OwnMetrics() const { return metrics_.Render(exposition::Format::kText); }

  /// API requests so far, and the most in any 5 minutes.
  std::size_t requests() const { return sent_.size(); }
  std::size_t MostRequestsInAWindow() const { return support::BusiestWindow(sent_); }

 private:
  class VirtualClock : public Clock {
   public:
    explicit VirtualClock(const VirtualWorld& world) : world_(world) {}
    poll::MonoTime Now() const override { return world_.now; }
    workers_builds::Timestamp WallNow() const override { return world_.wall; }

   private:
    const VirtualWorld& world_;
  };
  struct Pending {
    poll::MonoTime at;
    std::uint64_t order;
    poll::Request request;
    poll::CallResult result;
    bool operator>(const Pending& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  void Send(poll::Request request);

  VirtualWorld& world_;
  config::Config config_;
  SimulatorTransport transport_;
  std::unique_ptr<workers_builds::Credentials> credentials_;
  workers_builds::BuildsClient client_;
  VirtualClock clock_;
  metrics::SelfMetrics metrics_;
  PollReporter reporter_;
  ledger::LedgerStore& store_;
  std::mt19937_64 chance_;
  std::unique_ptr<Core> core_;
  std::priority_queue<Pending, std::vector<Pending>, std::greater<>> pending_;
  std::uint64_t sent_count_ = 0;
  std::vector<poll::MonoTime> sent_;
};

/// All of them from now on until `duration` has passed.
void RunFor(VirtualWorld& world, const std::vector<VirtualExporter*>& exporters, std::chrono::milliseconds duration);

}  // namespace exporter::testing
