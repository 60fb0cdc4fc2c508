#pragma once

#include <vector>

#include "tests/simulator/truth.h"

namespace simulator {

/// The samples that carry `script_name`, for one script that is there.
void AppendScriptTruth(std::vector<Series>& series, const SimulatedAccount& account, const Script& script,
                       Instant baseline);

/// The builds of a script that some answer can show by now, by created_on, then build_uuid.
std::vector<const Build*> VisibleBuilds(const SimulatedAccount& account, const Script& script);

/// Those with a verdict (success, fail, terminated, unknown), by stopped_on, then build_uuid.
std::vector<const Build*> Verdicts(const std::vector<const Build*>& builds);

/// Success, fail, terminated and unknown say how the script fares; skipped and cancelled say nothing.
bool IsVerdict(const Build& build);
/// Fail or terminated.
bool IsFailure(const Build& build);

/// How long it was in the phase; empty for one that it did not go through. A build that stops early ends the phase in
/// which it is.
std::optional<std::chrono::milliseconds> TimeIn(const Build& build, Phase phase);

std::string_view Label(Phase phase);

inline constexpr Phase kPhases[] = {Phase::kQueue, Phase::kInit, Phase::kRun};
inline constexpr BranchClass kBranchClasses[] = {BranchClass::kProduction, BranchClass::kPreview,
                                                 BranchClass::kUnknown};
inline constexpr Status kStatuses[] = {Status::kQueued, Status::kInitializing, Status::kRunning, Status::kStopped};
inline constexpr Status kActiveStatuses[] = {Status::kQueued, Status::kInitializing, Status::kRunning};

}  // namespace simulator
