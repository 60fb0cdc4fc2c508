#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "client/build.h"

/// Builds as the API shows them along their way.
namespace support {

using workers_builds::Build;
using workers_builds::BuildOutcome;
using workers_builds::BuildStatus;
using workers_builds::Timestamp;
using workers_builds::TriggerSource;
using workers_builds::Uuid;

/// Where the time of most tests begins: 2026-08-13T00:00:00Z.
inline constexpr Timestamp kT0{std::chrono::sys_days{std::chrono::year{2026} / 8 / 13}};

/// A UUID that counts up with `number`.
inline Uuid UuidOf(std::uint32_t number) {
  Uuid uuid;
  for (std::size_t i = 0; i < 4; ++i) uuid.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return uuid;
}

/// What happens to one build, and what the API shows of it at each stage.
struct BuildLife {
  std::uint32_t number = 1;
  Timestamp created = kT0;
  BuildOutcome outcome = BuildOutcome::kSuccess;
  /// `branch_includes` of its trigger.
  std::vector<std::string> branches = {"main"};
  TriggerSource source = TriggerSource::kPush;
  std::chrono::milliseconds queue{10'000};
  std::chrono::milliseconds init{20'000};
  std::chrono::milliseconds run{30'000};

  Timestamp initializing() const { return created + queue; }
  Timestamp running() const { return initializing() + init; }
  Timestamp stopped() const { return running() + run; }

  Build Queued() const {
    Build build;
    build.uuid = UuidOf(number);
    build.status = BuildStatus::kQueued;
    build.created_on = created;
    build.modified_on = created;
    build.trigger.emplace();
    build.trigger->branch_includes = branches;
    build.metadata.source = source;
    return build;
  }
  Build Initializing() const {
    Build build = Queued();
    build.status = BuildStatus::kInitializing;
    build.initializing_on = build.modified_on = initializing();
    return build;
  }
  Build Running() const {
    Build build = Initializing();
    build.status = BuildStatus::kRunning;
    build.running_on = build.modified_on = running();
    return build;
  }
  Build Stopped() const {
    Build build = Running();
    build.status = BuildStatus::kStopped;
    build.stopped_on = build.modified_on = stopped();
    build.outcome = outcome;
    return build;
  }
  /// What an answer at `now` shows.
  Build At(Timestamp now) const {
    if (now >= stopped()) return Stopped();
    if (now >= running()) return Running();
    return now >= initializing() ? Initializing() : Queued();
  }
  std::vector<Build> Snapshots() const { return {Queued(), Initializing(), Running(), Stopped()}; }
};

/// A whole build of a minute that stopped `ended` after kT0.
inline BuildLife EndedAt(std::uint32_t number, std::chrono::milliseconds ended,
                         BuildOutcome outcome = BuildOutcome::kSuccess) {
  return {.number = number, .created = kT0 + ended - std::chrono::minutes(1), .outcome = outcome};
}

}  // namespace support
