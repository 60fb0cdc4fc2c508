#pragma once

#include "client/http.h"
#include "tests/simulator/simulator.h"

namespace exporter::testing {

/// The simulator's router as the wire, without sockets: what its reply says about delivery becomes what a real
/// transport would make of it. `wall` is advanced by whoever runs the test.
class SimulatorTransport : public workers_builds::HttpTransport {
 public:
  explicit SimulatorTransport(simulator::Simulator& simulator, simulator::Instant& wall)
      : simulator_(simulator), wall_(wall) {}

  tl::expected<workers_builds::HttpResponse, workers_builds::TransportError> Send(
      const workers_builds::HttpRequest& request, std::stop_token stop) override;

  /// How long the answer to the last request took.
  std::chrono::milliseconds took() const { return took_; }

 private:
  simulator::Simulator& simulator_;
  simulator::Instant& wall_;
  std::chrono::milliseconds took_{0};
};

}  // namespace exporter::testing
