#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/timestamp.h"
#include "client/uuid.h"

namespace workers_builds {

/// How far a build has come (`status`). kUnknown: absent, null or a word that this client does not know.
enum class BuildStatus : std::uint8_t { kUnknown, kQueued, kInitializing, kRunning, kStopped };

/// How a stopped build ended (`build_outcome`, null until then). kUnknown: a word that this client does not know.
enum class BuildOutcome : std::uint8_t { kUnknown, kSuccess, kFail, kSkipped, kCancelled, kTerminated };

/// What caused a build (`build_trigger_source`). kPush also stands for `push_event`, which real pushes report.
enum class TriggerSource : std::uint8_t { kUnknown, kPush, kPullRequest, kManual, kApi, kDeployHook };

/// The connected repository (`trigger.repo_connection`). Every string is empty where the API says nothing.
struct RepoConnection {
  std::string provider_type;
  std::string provider_account_name;
  std::string repo_name;

  bool operator==(const RepoConnection&) const = default;
};

/// The trigger as it stands inside a build.
struct BuildTrigger {
  std::string trigger_uuid;
  std::string trigger_name;
  std::string external_script_id;
  std::vector<std::string> branch_includes;
  std::vector<std::string> branch_excludes;
  std::optional<RepoConnection> repo_connection;
};

/// What the build was started with (`build_trigger_metadata`). `environment_variables` is left out on purpose: it can
/// hold secrets in plain form.
struct BuildTriggerMetadata {
  std::optional<TriggerSource> source;
  std::string author;
  std::string branch;
  std::string commit_hash;
  std::string commit_message;
  std::string repo_name;
  std::string provider_account_name;
  std::string provider_type;
};

/// One build as an answer shows it. Source: schema `builds_BuildResponse`; every property there is optional, so is
/// everything here, and what the API gives as null, absent or of a wrong type is empty.
struct Build {
  std::optional<Uuid> uuid;
  BuildStatus status = BuildStatus::kUnknown;
  std::optional<BuildOutcome> outcome;
  std::optional<Timestamp> created_on;
  std::optional<Timestamp> modified_on;
  std::optional<Timestamp> initializing_on;
  std::optional<Timestamp> running_on;
  std::optional<Timestamp> stopped_on;
  std::optional<BuildTrigger> trigger;
  BuildTriggerMetadata metadata;
};

/// The newest build of each script that has one, by external script id (`GET .../builds/builds/latest`).
using LatestBuilds = std::map<std::string, Build>;

/// One page of a script's builds (`GET .../builds/workers/{external_script_id}/builds`), in the order of the answer.
struct BuildPage {
  std::vector<Build> builds;
  /// From `result_info`; empty where the answer does not say.
  std::optional<std::int64_t> page;
  std::optional<std::int64_t> per_page;
  std::optional<std::int64_t> total_count;
  std::optional<std::int64_t> total_pages;
};

/// `GET .../builds/account/limits`; both are null or absent on paid plans.
struct AccountLimits {
  std::optional<bool> has_reached_build_minutes_limit;
  std::optional<Timestamp> build_minutes_refresh_on;
};

}  // namespace workers_builds
