#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulator/instant.h"
#include "tests/simulator/scenario.h"

namespace simulator {

enum class Status : std::uint8_t { kQueued, kInitializing, kRunning, kStopped };
/// kUnknown stands for a word that nobody documented.
enum class Outcome : std::uint8_t { kSuccess, kFail, kSkipped, kCancelled, kTerminated, kUnknown };
/// kUnknown stands for a word that nobody documented.
enum class Source : std::uint8_t { kPush, kPushEvent, kPullRequest, kManual, kApi, kDeployHook, kUnknown };
/// kUnknown: the trigger has no branch_includes any more.
enum class BranchClass : std::uint8_t { kProduction, kPreview, kUnknown };
enum class Phase : std::uint8_t { kQueue, kInit, kRun };

/// As labels spell it: `unknown` for kUnknown, `push` for kPush and kPushEvent.
std::string_view Label(Status status);
std::string_view Label(Outcome outcome);
std::string_view Label(Source source);
std::string_view Label(BranchClass branch_class);

/// As the API spells it: kUnknown is a word that is in no document.
std::string_view ApiWord(Outcome outcome);
std::string_view ApiWord(Source source);

std::optional<Outcome> OutcomeFromLabel(std::string_view text);
/// Takes `push_event`, too.
std::optional<Source> SourceFromWord(std::string_view text);
std::optional<BranchClass> BranchClassFromLabel(std::string_view text);

/// How a build will go if nobody interferes.
struct BuildPlan {
  Outcome outcome = Outcome::kSuccess;
  /// The phase at whose end it stops; later ones are never reached.
  Phase stops_in = Phase::kRun;
  /// At least; longer while all slots are taken.
  std::chrono::milliseconds queue{2'000};
  std::chrono::milliseconds init{4'000};
  std::chrono::milliseconds run{50'000};
};

struct Build {
  std::string uuid;
  /// Index into SimulatedAccount::scripts().
  std::size_t script = 0;
  BranchClass branch_class = BranchClass::kProduction;
  Source source = Source::kPushEvent;
  std::string branch;
  BuildPlan plan;

  Status status = Status::kQueued;
  /// Empty until it has stopped.
  std::optional<Outcome> outcome;
  Instant created_on;
  Instant modified_on;
  std::optional<Instant> initializing_on;
  std::optional<Instant> running_on;
  std::optional<Instant> stopped_on;

  /// No answer shows it before (late rows).
  std::optional<Instant> hidden_until;
  /// Some answer has shown it.
  bool shown = false;

  bool VisibleAt(Instant now) const { return !hidden_until || *hidden_until <= now; }
  /// When it entered the status that it has.
  Instant StatusSince() const;
};

struct Script {
  std::string name;
  /// 32 lower-case hex digits; never changes.
  std::string tag;
  ScriptHabits habits;
  Instant created_on;
  bool deleted = false;
  std::string production_trigger_uuid;
  std::string preview_trigger_uuid;
  std::string repo_connection_uuid;
  std::string repo_name;
  std::string provider_account_name = "example-org";
  std::string provider_type = "github";
  std::string production_branch = "main";
  /// Indices into SimulatedAccount::builds(), by created_on, then build_uuid.
  std::vector<std::size_t> builds;
};

/// The version that a successful build deployed, for `GET .../builds/builds?version_ids=`. It is its own inverse.
std::string VersionIdOf(std::string_view build_uuid);

}  // namespace simulator
