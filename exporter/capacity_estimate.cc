#include "exporter/capacity_estimate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <set>
#include <span>

#include "client/builds_api.h"
#include "exporter/metrics/series_estimate.h"

namespace exporter {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr milliseconds kWindow = 5min;
constexpr double kRecentShare = 0.10;
constexpr double kActiveShare = 0.01;
constexpr milliseconds kBuildTime = 3min;
/// At most: at once where builds may hide each other, and two minutes after the last change; elsewhere one does for
/// both.
constexpr double kListCallsPerBuild = 2;
/// First walks have a quarter of the budget.
constexpr double kFirstWalkShare = 0.25;

struct Tier {
  double scripts;
  milliseconds interval;
};

double PerWindow(milliseconds interval) {
  return static_cast<double>(kWindow.count()) / static_cast<double>(interval.count());
}

/// Every script as often as its tier asks, and no tier later than its interval.
double LatestCalls(std::span<const Tier> tiers) {
  constexpr double kBatch = workers_builds::BuildsApi::kMaxLatestScripts;
  double places = 0;
  double calls = 0;
  for (const Tier& tier : tiers) {
    if (tier.scripts <= 0) continue;
    places += tier.scripts * PerWindow(tier.interval);
    calls = std::max(calls, std::ceil(tier.scripts / kBatch) * PerWindow(tier.interval));
  }
  return std::max(calls, places / kBatch);
}

double SteadyCalls(const config::Poll& poll, double scripts) {
  return PerWindow(poll.discovery_interval) + PerWindow(poll.limits_interval) +
         scripts * PerWindow(poll.audit_interval);
}

double IdleRequests(const config::Poll& poll, double scripts) {
  const Tier tiers[] = {{scripts, poll.idle_interval}};
  return SteadyCalls(poll, scripts) + LatestCalls(tiers);
}

double BusyRequests(const config::Poll& poll, double scripts) {
  const double active = std::min(scripts, std::max(1.0, scripts * kActiveShare));
  const double recent = std::min(scripts - active, scripts * kRecentShare);
  const Tier tiers[] = {
      {active, poll.active_interval}, {recent, poll.interval}, {scripts - active - recent, poll.idle_interval}};
  return SteadyCalls(poll, scripts) + LatestCalls(tiers) + active * PerWindow(kBuildTime) * kListCallsPerBuild;
}

std::size_t CountTokens(const config::Config& config) {
  std::set<std::string> tokens;
  for (const config::Account& account : config.accounts) {
    tokens.insert(account.api_token_file.empty() ? "token " + account.api_token.Reveal()
                                                 : "file " + account.api_token_file);
  }
  return tokens.size();
}

std::string Whole(double number) {
  return std::to_string(std::llround(number));
}

std::string Count(std::int64_t number, const std::string& noun) {
  return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

std::string Advice(const CapacityEstimate& estimate) {
  if (estimate.busy_requests <= estimate.budget_requests) return "";
  const std::string when = estimate.idle_requests > estimate.budget_requests
                               ? "The budget does not carry even the idle case"
                               : "The budget does not carry the busy case";
  return when +
         ": intervals will stretch. Raise api.requests_per_5m, or the intervals of poll, or watch fewer scripts.\n";
}

}  // namespace

CapacityEstimate EstimateCapacity(const config::Config& config, std::int64_t scripts) {
  const auto accounts = static_cast<std::int64_t>(std::max<std::size_t>(config.accounts.size(), 1));
  const std::int64_t shown = std::min<std::int64_t>(scripts, config.metrics.max_scripts);
  const double share = static_cast<double>(shown) / static_cast<double>(accounts);
  CapacityEstimate estimate;
  estimate.idle_requests = static_cast<double>(accounts) * IdleRequests(config.poll, share);
  estimate.busy_requests = static_cast<double>(accounts) * BusyRequests(config.poll, share);
  estimate.budget_requests =
      static_cast<double>(std::max<std::size_t>(CountTokens(config), 1)) * config.api.requests_per_5m;
  estimate.first_walk_requests = shown;
  const metrics::SeriesEstimate series(config.metrics);
  estimate.series = shown * series.of_script() + accounts * series.of_account() + series.of_exporter();
  return estimate;
}

std::string DescribeCapacity(const config::Config& config, std::int64_t all_scripts, ledger::Shard shard) {
  // The largest part is seldom much larger.
  const std::int64_t scripts = (all_scripts + shard.total - 1) / shard.total;
  const CapacityEstimate estimate = EstimateCapacity(config, scripts);
  const double minutes =
      5 * static_cast<double>(estimate.first_walk_requests) / (estimate.budget_requests * kFirstWalkShare);
  std::string text;
  const std::string part = shard.alone() ? Count(scripts, "script")
                                         : std::to_string(scripts) + " of " + Count(all_scripts, "script") +
                                               " (one of " + std::to_string(shard.total) + " shards)";
  text += "For " + part + " in " + Count(static_cast<std::int64_t>(config.accounts.size()), "account") + " with " +
          Count(static_cast<std::int64_t>(CountTokens(config)), "token") + ", about:\n";
  if (scripts > config.metrics.max_scripts) {
    text += "  (metrics.max_scripts lets in " + std::to_string(config.metrics.max_scripts) + " of them)\n";
  }
  text += "  API requests per 5 minutes, idle: " + Whole(estimate.idle_requests) + " of " +
          Whole(estimate.budget_requests) + " (no build under way, none in the last day)\n";
  text += "  API requests per 5 minutes, busy: " + Whole(estimate.busy_requests) + " of " +
          Whole(estimate.budget_requests) +
          " (10 % of the scripts had a build in the last day, 1 % have one under way, of 3 minutes each)\n";
  text += "  First reading of the history: " + Count(estimate.first_walk_requests, "request") + ", " +
          Whole(std::ceil(minutes)) + " min at a quarter of the budget\n";
  const metrics::SeriesEstimate series(config.metrics);
  text += "  Series: " + std::to_string(estimate.series) + " (" + std::to_string(series.of_script()) +
          " a script with builds in production and preview, " + std::to_string(series.of_account()) + " an account, " +
          std::to_string(series.of_exporter()) + " of the exporter)\n";
  if (series.of_histograms() > 0) {
    text += "  (" + std::to_string(series.of_histograms()) +
            " more for each script that metrics.script_histograms lists)\n";
  }
  if (estimate.series > config.metrics.max_series) {
    text += "  (metrics.max_series, " + std::to_string(config.metrics.max_series) + ", lets in fewer scripts)\n";
  }
  return text + Advice(estimate);
}

}  // namespace exporter
