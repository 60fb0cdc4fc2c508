#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace support {

using std::chrono::milliseconds;

/// What polling costs and how soon it knows, with one token: 600 requests per 5 minutes, every script every minute, the
/// builds of a SteadyAccount.
struct EconomySettings {
  std::size_t scripts = 100;
  /// New builds a minute as a share of the scripts.
  double changes = 0.01;
  /// Measured once every history is read and the work has settled.
  std::chrono::minutes measured = std::chrono::hours(2);
  std::uint64_t seed = 1;
};

struct EconomyResult {
  /// Requests in 5 minutes.
  double requests_mean = 0;
  std::size_t requests_worst = 0;
  /// List calls for each build.
  double lists_per_build = 0;
  std::size_t builds = 0;
  /// From the end of a build to its count.
  milliseconds delay_p50{0};
  milliseconds delay_p99{0};
  milliseconds delay_worst{0};
  /// Builds that were not counted an hour after they ended.
  std::size_t uncounted = 0;
  /// From one look at a script to the next, on average.
  milliseconds look_gap{0};
  /// What the metrics say, sampled once a minute: `poll_interval_seconds` of the recent tier and
  /// `scheduler_lag_seconds`.
  milliseconds interval_mean{0};
  milliseconds lag_worst{0};
};

/// In virtual time; the same settings give the same result.
EconomyResult RunEconomy(const EconomySettings& settings);

}  // namespace support
