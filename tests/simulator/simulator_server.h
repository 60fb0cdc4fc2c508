#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "tests/simulator/instant.h"
#include "tests/simulator/simulator.h"

namespace simulator {

struct ServerOptions {
  /// `127.0.0.1:0` (port 0 picks one), `[::1]:8080`.
  std::string listen = "127.0.0.1:0";
  /// Otherwise only loopback addresses are taken.
  bool allow_remote = false;
};

/// HTTP/1.1 with keep-alive in front of a Simulator: a thread a connection, at most 64 of them (more wait until one
/// ends), one call at a time in the simulator. An idle connection is closed after a minute.
class SimulatorServer {
 public:
  /// Binds and serves. The error says what could not be listened on and why.
  static tl::expected<std::unique_ptr<SimulatorServer>, std::string> Start(const Scenario& scenario,
                                                                           const ServerOptions& options);
  virtual ~SimulatorServer() = default;

  /// `http://127.0.0.1:41233/client/v4`.
  virtual std::string base_url() const = 0;

  /// Calls `use` with the simulator brought up to now, while no request is in it.
  virtual void With(const std::function<void(Simulator&)>& use) = 0;
};

}  // namespace simulator
