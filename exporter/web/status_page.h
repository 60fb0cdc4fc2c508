#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/timestamp.h"

namespace exporter::web {

struct CollectorStatus {
  /// discovery, latest, ...
  std::string name;
  /// Empty: never.
  std::optional<workers_builds::Timestamp> last_success;
};

struct AccountStatus {
  std::string name;
  bool up = false;
  std::int64_t scripts = 0;
  /// Scripts whose builds are not yet known back to the baseline.
  std::int64_t history_pending = 0;
  /// In the last 5 minutes, of how many.
  std::int64_t requests_used = 0;
  std::int64_t request_budget = 0;
  std::vector<CollectorStatus> collectors;
  /// What went wrong last, for people; empty: nothing since the start.
  std::string last_error;
  std::optional<workers_builds::Timestamp> last_error_at;
};

/// What the landing page shows, at one instant.
struct StatusView {
  std::string version;
  std::string revision;
  std::string telemetry_path = "/metrics";
  workers_builds::Timestamp now;
  workers_builds::Timestamp started;
  std::vector<AccountStatus> accounts;
};

/// The landing page `/`: one HTML document that loads nothing and runs no script. Every value is escaped, and what is
/// not UTF-8 in it is replaced.
std::string RenderStatusPage(const StatusView& view);

}  // namespace exporter::web
