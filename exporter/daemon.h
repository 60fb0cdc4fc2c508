#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "config/config.h"
#include "exporter/ledger/shard.h"

namespace exporter {

struct DaemonOptions {
  config::Config config;
  std::vector<std::string> listen_addresses;
  /// Serve on the sockets that systemd opened, besides.
  bool systemd_socket = false;
  std::string telemetry_path;
  ledger::Shard shard{};
};

/// The exporter at work: made, it serves and polls; destroyed, it has stopped.
class Daemon {
 public:
  /// The error says what could not be started, why, and what to do.
  static tl::expected<std::unique_ptr<Daemon>, std::string> Start(DaemonOptions options);

  virtual ~Daemon() = default;
  /// Refuses readiness, lets answers under way end, abandons the calls under way; takes 5 s at most.
  virtual void Stop() = 0;
};

}  // namespace exporter
