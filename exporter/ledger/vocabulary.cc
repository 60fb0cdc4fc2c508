#include "exporter/ledger/vocabulary.h"

#include <algorithm>

namespace exporter::ledger {

std::string_view ToWord(BranchClass branch_class) {
  switch (branch_class) {
    case BranchClass::kProduction:
      return "production";
    case BranchClass::kPreview:
      return "preview";
    case BranchClass::kUnknown:
      break;
  }
  return "unknown";
}

std::string_view ToWord(Phase phase) {
  switch (phase) {
    case Phase::kQueue:
      return "queue";
    case Phase::kInit:
      return "init";
    case Phase::kRun:
      break;
  }
  return "run";
}

std::string_view ToWord(OutcomeGroup group) {
  switch (group) {
    case OutcomeGroup::kSuccess:
      return "success";
    case OutcomeGroup::kFailure:
      return "failure";
    case OutcomeGroup::kOther:
      break;
  }
  return "other";
}

std::string_view ToWord(BuildOutcome outcome) {
  switch (outcome) {
    case BuildOutcome::kSuccess:
      return "success";
    case BuildOutcome::kFail:
      return "fail";
    case BuildOutcome::kSkipped:
      return "skipped";
    case BuildOutcome::kCancelled:
      return "cancelled";
    case BuildOutcome::kTerminated:
      return "terminated";
    case BuildOutcome::kUnknown:
      break;
  }
  return "unknown";
}

std::string_view ToWord(BuildStatus status) {
  switch (status) {
    case BuildStatus::kQueued:
      return "queued";
    case BuildStatus::kInitializing:
      return "initializing";
    case BuildStatus::kRunning:
      return "running";
    case BuildStatus::kStopped:
      return "stopped";
    case BuildStatus::kUnknown:
      break;
  }
  return "unknown";
}

std::string_view ToWord(TriggerSource source) {
  switch (source) {
    case TriggerSource::kPush:
      return "push";
    case TriggerSource::kPullRequest:
      return "pull_request";
    case TriggerSource::kManual:
      return "manual";
    case TriggerSource::kApi:
      return "api";
    case TriggerSource::kDeployHook:
      return "deploy_hook";
    case TriggerSource::kUnknown:
      break;
  }
  return "unknown";
}

OutcomeGroup GroupOf(BuildOutcome outcome) {
  if (outcome == BuildOutcome::kSuccess) return OutcomeGroup::kSuccess;
  return IsFailure(outcome) ? OutcomeGroup::kFailure : OutcomeGroup::kOther;
}

BranchClass Classify(const std::optional<workers_builds::BuildTrigger>& trigger) {
  if (!trigger || trigger->branch_includes.empty()) return BranchClass::kUnknown;
  const bool wildcard = std::ranges::any_of(
      trigger->branch_includes, [](const std::string& branch) { return branch.find('*') != std::string::npos; });
  return wildcard ? BranchClass::kPreview : BranchClass::kProduction;
}

}  // namespace exporter::ledger
