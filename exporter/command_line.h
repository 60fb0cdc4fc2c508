#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "config/config.h"

namespace exporter {

/// What the flags of workers_builds_exporter say, defaults in place.
struct CommandLine {
  /// Empty: the environment alone.
  std::string config_file;
  /// Check the configuration, print the problems or the capacity estimate, and end.
  bool config_check = false;
  /// How many scripts the estimate is for; only with config_check.
  std::optional<std::int64_t> check_scripts;
  /// As WebServerOptions takes them.
  std::vector<std::string> listen_addresses{":19877"};
  /// Serve on the sockets that systemd opened; listen_addresses is then empty.
  bool systemd_socket = false;
  std::string telemetry_path = "/metrics";
  /// Wins over the configuration's `state.path`.
  std::optional<std::string> state_path;
  /// This exporter's number among `shard_total` that share the scripts; empty: the ordinal at the end of POD_NAME, or 0
  /// where there is only one.
  std::optional<int> shard_index;
  int shard_total = 1;
  /// Win over the configuration's `log`.
  std::optional<config::LogLevel> log_level;
  std::optional<config::LogFormat> log_format;
};

/// The program is to print `text` and to end with `code`.
struct Exit {
  enum class Stream { kStdout, kStderr };
  /// 0 after --help and --version, 1 for a flag that this version does not do yet, 2 for a wrong use.
  int code = 0;
  /// Ends with a line feed.
  std::string text;
  Stream stream = Stream::kStdout;
};

/// Reads the arguments after the program's name, as `--flag=value` or `--flag value`. Prints nothing, ends nothing.
tl::expected<CommandLine, Exit> ParseCommandLine(std::span<const std::string> arguments);

}  // namespace exporter
