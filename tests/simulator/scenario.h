#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/simulator/fault_plan.h"
#include "tests/simulator/instant.h"

namespace simulator {

enum class Plan : std::uint8_t { kFree, kPaid };

/// What a script's builds are like.
struct ScriptHabits {
  /// Empty: one is made up.
  std::string name;
  /// false: no triggers, never a build.
  bool connected = true;
  /// How often it is built in proportion to the others. Empty: drawn; a few scripts then have most of the builds.
  std::optional<double> weight;
  /// Share of its builds that fail, 0 to 1.
  double failure_share = 0.10;
  /// Median of the run phase. Empty: drawn around 50 s.
  std::optional<std::chrono::milliseconds> typical_run;
};

struct AccountScenario {
  /// 32 hex digits.
  std::string id = "023e105f4ecef8ad9ca31a8372d0c353";
  /// The label `account` in the truth. Empty: the id.
  std::string name;
  Plan plan = Plan::kPaid;
  /// Builds that can be initializing or running at once. Empty: 1 on the free plan, 6 on the paid one.
  std::optional<std::size_t> slots;
  /// These first, then made up ones until there are `script_count`. Every 20th made up script is not connected.
  std::vector<ScriptHabits> scripts;
  std::size_t script_count = 20;
  /// Mean of the Poisson process over all scripts; 0: none comes by itself.
  double builds_per_hour = 60;
  /// Builds that have stopped before the start.
  std::size_t history = 200;
  /// `has_reached_build_minutes_limit` on the free plan. Empty: what the builds of the month add up to.
  std::optional<bool> limit_reached;
};

enum class TokenKind : std::uint8_t { kUser, kAccount };
enum class Permission : std::uint8_t { kWorkersCiRead, kWorkersScriptsRead };

struct TokenScenario {
  std::string value = "simulated-token";
  /// Account-owned tokens are refused on every Builds path (reference, section 1).
  TokenKind kind = TokenKind::kUser;
  std::set<Permission> permissions = {Permission::kWorkersCiRead, Permission::kWorkersScriptsRead};
  /// Ids of the accounts that it may read. Empty: all.
  std::set<std::string> accounts;
};

/// Reference, section 6; in wall time, and per token.
struct RateLimit {
  std::size_t requests = 1200;
  std::chrono::milliseconds window = std::chrono::seconds(300);
};

/// All that a run of the simulator depends on.
struct Scenario {
  std::uint64_t seed = 1;
  double speed = 1;
  /// The first simulated instant. Empty: that of the wall.
  std::optional<Instant> start;
  std::vector<AccountScenario> accounts = {AccountScenario{}};
  std::vector<TokenScenario> tokens = {TokenScenario{}};
  RateLimit rate_limit;
  /// Queued from the start.
  std::vector<FaultOrder> faults;
  /// One unknown tag makes the whole answer of `latest` a 404; otherwise it is ignored (reference, section 15, item 5).
  bool unknown_tag_fails_latest = false;
};

}  // namespace simulator
