#pragma once

#include <cstdint>
#include <string>

#include "config/config.h"
#include "exporter/ledger/shard.h"

namespace exporter {

/// What a configuration will cost for a number of scripts, by the rules of polling: a `latest` call carries 20 scripts,
/// whatever their tier; a list is read for each build. Retries, and the first walks, are not in it.
struct CapacityEstimate {
  /// API requests per 5 minutes, all accounts together: no script builds and none did in the last day.
  double idle_requests = 0;
  /// 10 % of the scripts had a build in the last day, 1 % (at least one) have one under way, of 3 minutes each.
  double busy_requests = 0;
  /// What may be sent per 5 minutes: `requests_per_5m` for each token.
  double budget_requests = 0;
  /// List calls that read each script's first page once, at the start.
  std::int64_t first_walk_requests = 0;
  /// Series on the page when every script is connected.
  std::int64_t series = 0;
};

/// `scripts` in all, spread over the accounts.
CapacityEstimate EstimateCapacity(const config::Config& config, std::int64_t scripts);

/// What `--config.check` prints for it: some lines, with the assumptions, and advice when the budget does not carry the
/// busy case (the exporter then stretches its intervals). Of `all_scripts` a shard has its part; `config` has its part
/// of the budget.
std::string DescribeCapacity(const config::Config& config, std::int64_t all_scripts, ledger::Shard shard = {});

}  // namespace exporter
