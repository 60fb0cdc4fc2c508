#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "client/build.h"

/// The closed sets that the ledger counts by, and the words that they have as label values.
namespace exporter::ledger {

using workers_builds::BuildOutcome;
using workers_builds::BuildStatus;
using workers_builds::TriggerSource;

/// production: the trigger's `branch_includes` is not empty and has no `*`; preview: some entry has `*`.
enum class BranchClass : std::uint8_t { kProduction, kPreview, kUnknown };

/// queue: created to initializing; init: initializing to running; run: running to stopped.
enum class Phase : std::uint8_t { kQueue, kInit, kRun };

/// success; failure: fail, terminated; other: skipped, cancelled, unknown.
enum class OutcomeGroup : std::uint8_t { kSuccess, kFailure, kOther };

inline constexpr std::array kBranchClasses = {BranchClass::kProduction, BranchClass::kPreview, BranchClass::kUnknown};
inline constexpr std::array kPhases = {Phase::kQueue, Phase::kInit, Phase::kRun};
inline constexpr std::array kOutcomeGroups = {OutcomeGroup::kSuccess, OutcomeGroup::kFailure, OutcomeGroup::kOther};
inline constexpr std::array kOutcomes = {BuildOutcome::kSuccess,   BuildOutcome::kFail,       BuildOutcome::kSkipped,
                                         BuildOutcome::kCancelled, BuildOutcome::kTerminated, BuildOutcome::kUnknown};
/// The states of a build that is under way, in the order in which it goes through them.
inline constexpr std::array kActiveStatuses = {BuildStatus::kQueued, BuildStatus::kInitializing, BuildStatus::kRunning};
inline constexpr std::array kStatuses = {BuildStatus::kQueued, BuildStatus::kInitializing, BuildStatus::kRunning,
                                         BuildStatus::kStopped, BuildStatus::kUnknown};
inline constexpr std::array kTriggerSources = {TriggerSource::kPush,       TriggerSource::kPullRequest,
                                               TriggerSource::kManual,     TriggerSource::kApi,
                                               TriggerSource::kDeployHook, TriggerSource::kUnknown};

/// The place of a value in an array by that set.
template <typename Enum>
constexpr std::size_t Index(Enum value) {
  return static_cast<std::size_t>(value);
}

std::string_view ToWord(BranchClass branch_class);
std::string_view ToWord(Phase phase);
std::string_view ToWord(OutcomeGroup group);
std::string_view ToWord(BuildOutcome outcome);
std::string_view ToWord(BuildStatus status);
std::string_view ToWord(TriggerSource source);

OutcomeGroup GroupOf(BuildOutcome outcome);

/// Skipped and cancelled builds say nothing about the code; every other outcome is a verdict.
constexpr bool IsVerdict(BuildOutcome outcome) {
  return outcome != BuildOutcome::kSkipped && outcome != BuildOutcome::kCancelled;
}

constexpr bool IsFailure(BuildOutcome outcome) {
  return outcome == BuildOutcome::kFail || outcome == BuildOutcome::kTerminated;
}

/// What the trigger's branches say; kUnknown without a trigger or without an entry.
BranchClass Classify(const std::optional<workers_builds::BuildTrigger>& trigger);

}  // namespace exporter::ledger
