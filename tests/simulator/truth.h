#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/simulator/simulated_account.h"

namespace simulator {

using Labels = std::map<std::string, std::string>;

/// One sample that a right exporter shows. Histograms come as their `_bucket` (with `le`), `_sum` and `_count` samples.
struct Series {
  std::string name;
  Labels labels;
  double value = 0;

  bool operator==(const Series&) const = default;
};

/// Every `cloudflare_workers_builds_` sample about this account that must be on the page at account.now(), when
/// counters count from `baseline` and the page is set up with default labels and the account's plan. It is counted
/// anew from the builds each time. Not in it: up, baseline, history_pending_scripts, account_period_* and
/// script_*_duration_seconds, which depend on the exporter or its configuration.
std::vector<Series> TruthOf(const SimulatedAccount& account, Instant baseline);

}  // namespace simulator
