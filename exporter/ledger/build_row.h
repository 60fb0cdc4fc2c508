#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "client/build.h"
#include "client/timestamp.h"
#include "client/uuid.h"
#include "exporter/ledger/vocabulary.h"

namespace exporter::ledger {

using std::chrono::milliseconds;
using workers_builds::Timestamp;
using workers_builds::Uuid;

/// A script's place in the ledger, for as long as the ledger lives.
using ScriptId = std::uint32_t;

/// What was built.
struct Revision {
  std::string branch;
  std::string commit_hash;

  bool empty() const { return branch.empty() && commit_hash.empty(); }
  bool operator==(const Revision&) const = default;
};

/// What the ledger keeps of one build.
struct BuildRow {
  Uuid uuid;
  ScriptId script = 0;
  BuildStatus status = BuildStatus::kUnknown;
  /// Only with kStopped; a stopped row without one waits for its outcome.
  std::optional<BuildOutcome> outcome;
  /// Fixed when the row is made: a later edit of the trigger moves no count.
  BranchClass branch_class = BranchClass::kUnknown;
  TriggerSource source = TriggerSource::kUnknown;
  Timestamp created;
  std::optional<Timestamp> initializing;
  std::optional<Timestamp> running;
  std::optional<Timestamp> stopped;
  /// On a production success: how long production had been failing before it.
  std::optional<milliseconds> failure_episode;
  /// The API does not know the build any more (two 404s); taken back when it shows it again.
  bool lost = false;
  /// Empty unless the page shows it.
  Revision revision;

  /// Stopped with an outcome: nothing that is counted changes any more.
  bool final() const { return status == BuildStatus::kStopped && outcome.has_value(); }
  /// Queued, initializing, running, or in a state that we do not know, and not lost.
  bool open() const { return status != BuildStatus::kStopped && !lost; }

  bool operator==(const BuildRow&) const = default;
};

/// The time that a finished build spent in each phase that it went through; a phase that it did not reach is empty, and
/// the last one that it did reach lasts until the stop. Never negative.
struct Durations {
  std::array<std::optional<milliseconds>, kPhases.size()> phases;
  milliseconds elapsed{0};
  /// Some instants were out of order; what would have been negative is 0.
  bool clamped = false;
};

/// For a row that is final().
Durations DurationsOf(const BuildRow& row);

/// When the row entered the state that it is in.
Timestamp EnteredAt(const BuildRow& row);

/// What did not fit when an answer was merged. Label values of `anomalies_total`.
struct Anomalies {
  int negative_duration = 0;
  int contradiction = 0;
  int no_stopped_on = 0;

  Anomalies& operator+=(const Anomalies& other);
};

struct Merged {
  BuildRow row;
  Anomalies anomalies;
};

/// What the ledger knows after `seen`, which must have a UUID, has shown up at the API's instant `now`. A build never
/// goes back, and nothing that is counted of a final row changes. `known` is the row so far, if any.
Merged Merge(const BuildRow* known, const workers_builds::Build& seen, ScriptId script, Timestamp now);

}  // namespace exporter::ledger
