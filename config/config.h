#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/timestamp.h"
#include "config/secret.h"

namespace config {

using std::chrono::milliseconds;

enum class Plan : std::uint8_t { kUnknown, kFree, kPaid };

/// Which Workers of an account are watched: (some include matches the name and no exclude does) or the tag is listed.
struct ScriptSelection {
  /// Anchored RE2 patterns on the name. Default: every name.
  std::vector<std::string> include{".*"};
  std::vector<std::string> exclude;
  /// External script ids that are watched without discovery.
  std::vector<std::string> tags;
};

struct Account {
  /// 32 lower-case hex digits.
  std::string id;
  /// The label `account`; default: the id.
  std::string name;
  /// Exactly one of the two says where the token comes from; a file is read again when it changes and after a 401.
  std::string api_token_file;
  Secret api_token;
  Plan plan = Plan::kUnknown;
  ScriptSelection scripts;
};

struct Api {
  std::string base_url = "https://api.cloudflare.com/client/v4";
  /// For one call, connect to last byte.
  milliseconds timeout{10'000};
  /// This exporter's share of the 1,200 requests per 5 minutes that one Cloudflare user has; per token.
  int requests_per_5m = 600;
  /// Requests in flight per token.
  int concurrency = 4;
  /// Tries after the first one.
  int max_retries = 3;
  std::int64_t max_response_bytes = 32LL * 1024 * 1024;
  /// PEM file of trust anchors besides the system's; empty: none.
  std::string ca_file;
  /// Empty: HTTPS_PROXY and NO_PROXY of the environment.
  std::string proxy_url;
};

struct Poll {
  milliseconds interval{30'000};         // scripts with a build in the last day
  milliseconds active_interval{10'000};  // scripts with a build under way
  milliseconds idle_interval{300'000};   // the others
  milliseconds discovery_interval{300'000};
  milliseconds limits_interval{60'000};
  milliseconds audit_interval{86'400'000};  // each script's first list page is read again this often
};

/// Upper bounds in seconds, ascending; empty: the defaults of the metric table.
struct Buckets {
  std::vector<double> queue;
  std::vector<double> init;
  std::vector<double> run;
  std::vector<double> elapsed;
};

enum class MetricsProfile : std::uint8_t { kMinimal, kStandard, kFull };

/// Labels of `latest_build_info` and `last_failed_build_info` besides the usual ones.
struct LatestBuildLabels {
  bool branch = false;
  bool commit_hash = false;
};

/// What is on the page. Patterns are anchored RE2.
struct Metrics {
  MetricsProfile profile = MetricsProfile::kStandard;
  /// On the names of families, as the text format has them: shown is what is in the profile or allowed, and not denied.
  std::vector<std::string> allow;
  std::vector<std::string> deny;
  /// On the names of scripts that have histograms of their own.
  std::vector<std::string> script_histograms;
  LatestBuildLabels latest_build_labels;
  /// OpenMetrics says from when a counter counts.
  bool created_timestamps = false;
  /// Scripts that are watched, and series that they may have together; new ones beyond are refused.
  int max_scripts = 20'000;
  int max_series = 1'500'000;
  Buckets buckets;
};

struct State {
  /// The file that holds the counters over a restart; empty: they are in memory, and a restart begins at 0.
  std::string path;
  /// Counters count from here; empty: the Date of the first answer.
  std::optional<workers_builds::Timestamp> baseline;
};

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };
enum class LogFormat : std::uint8_t { kLogfmt, kJson };

struct Log {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kLogfmt;
};

/// Everything that a configuration file or the environment can say, checked, with the defaults in place.
struct Config {
  std::vector<Account> accounts;
  Api api;
  Poll poll;
  Metrics metrics;
  State state;
  Log log;
};

}  // namespace config
