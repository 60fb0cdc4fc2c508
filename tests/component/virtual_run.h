#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/component/virtual_exporter.h"
#include "tests/simulator/scenario.h"
#include "tests/simulator/simulator.h"

namespace exporter::testing {

/// A configuration that fits the default scenario of the simulator: one paid account, its token, the default intervals.
config::Config ConfigFor(const simulator::Scenario& scenario);

/// One exporter against the simulator, on a clock that only this moves. A run is exactly repeatable: it depends on
/// nothing but its arguments.
class VirtualRun {
 public:
  VirtualRun(const simulator::Scenario& scenario, const config::Config& config);

  void RunFor(std::chrono::milliseconds duration) { testing::RunFor(world_, {&exporter_}, duration); }
  void FreezeBuilds() { world_.FreezeBuilds(); }

  simulator::Simulator& simulator() { return world_.simulator; }
  const Core& core() const { return exporter_.core(); }
  poll::MonoTime now() const { return world_.now; }

  support::PageSamples Page() { return exporter_.Page(); }
  /// Where page and truth differ, a line each.
  std::vector<std::string> DifferencesFromTruth();
  std::string OwnMetrics() const { return exporter_.OwnMetrics(); }

  std::size_t requests() const { return exporter_.requests(); }
  std::size_t MostRequestsInAWindow() const { return exporter_.MostRequestsInAWindow(); }

 private:
  VirtualWorld world_;
  std::unique_ptr<ledger::LedgerStore> store_;
  VirtualExporter exporter_;
};

}  // namespace exporter::testing
