#include "tests/simulator/build.h"

namespace simulator {

std::string_view Label(Status status) {
  switch (status) {
    case Status::kQueued:
      return "queued";
    case Status::kInitializing:
      return "initializing";
    case Status::kRunning:
      return "running";
    case Status::kStopped:
      break;
  }
  return "stopped";
}

std::string_view Label(Outcome outcome) {
  switch (outcome) {
    case Outcome::kSuccess:
      return "success";
    case Outcome::kFail:
      return "fail";
    case Outcome::kSkipped:
      return "skipped";
    case Outcome::kCancelled:
      return "cancelled";
    case Outcome::kTerminated:
      return "terminated";
    case Outcome::kUnknown:
      break;
  }
  return "unknown";
}

std::string_view Label(Source source) {
  switch (source) {
    case Source::kPush:
    case Source::kPushEvent:
      return "push";
    case Source::kPullRequest:
      return "pull_request";
    case Source::kManual:
      return "manual";
    case Source::kApi:
      return "api";
    case Source::kDeployHook:
      return "deploy_hook";
    case Source::kUnknown:
      break;
  }
  return "unknown";
}

std::string_view Label(BranchClass branch_class) {
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

std::string_view ApiWord(Outcome outcome) {
  return outcome == Outcome::kUnknown ? "abandoned" : Label(outcome);
}

std::string_view ApiWord(Source source) {
  if (source == Source::kUnknown) return "scheduled";
  return source == Source::kPushEvent ? "push_event" : Label(source);
}

std::optional<Outcome> OutcomeFromLabel(std::string_view text) {
  for (const Outcome outcome : {Outcome::kSuccess, Outcome::kFail, Outcome::kSkipped, Outcome::kCancelled,
                                Outcome::kTerminated, Outcome::kUnknown}) {
    if (Label(outcome) == text) return outcome;
  }
  return std::nullopt;
}

std::optional<Source> SourceFromWord(std::string_view text) {
  if (text == "push_event") return Source::kPushEvent;
  for (const Source source :
       {Source::kPush, Source::kPullRequest, Source::kManual, Source::kApi, Source::kDeployHook, Source::kUnknown}) {
    if (Label(source) == text) return source;
  }
  return std::nullopt;
}

std::optional<BranchClass> BranchClassFromLabel(std::string_view text) {
  for (const BranchClass value : {BranchClass::kProduction, BranchClass::kPreview, BranchClass::kUnknown}) {
    if (Label(value) == text) return value;
  }
  return std::nullopt;
}

Instant Build::StatusSince() const {
  switch (status) {
    case Status::kQueued:
      break;
    case Status::kInitializing:
      return *initializing_on;
    case Status::kRunning:
      return *running_on;
    case Status::kStopped:
      return *stopped_on;
  }
  return created_on;
}

std::string VersionIdOf(std::string_view build_uuid) {
  // The first eight digits mirrored: as random as the build's, valid, and nothing has to be remembered.
  std::string id(build_uuid);
  for (std::size_t i = 0; i < id.size() && i < 8; ++i) {
    const char c = id[i];
    const int digit = c >= '0' && c <= '9' ? c - '0' : c - 'a' + 10;
    if (digit >= 0 && digit < 16) id[i] = "fedcba9876543210"[digit];
  }
  return id;
}

}  // namespace simulator
