#include "exporter/ledger/build_row.h"

#include <algorithm>
#include <cassert>

namespace exporter::ledger {
namespace {

using workers_builds::Build;

/// A word for the state that we do not know still leaves the instants to go by.
BuildStatus StatusOf(const Build& seen) {
  if (seen.status == BuildStatus::kUnknown && seen.stopped_on) return BuildStatus::kStopped;
  return seen.status;
}

BuildRow NewRow(const Build& seen, ScriptId script, Timestamp now) {
  BuildRow row;
  row.uuid = *seen.uuid;
  row.script = script;
  row.branch_class = Classify(seen.trigger);
  row.source = seen.metadata.source.value_or(TriggerSource::kUnknown);
  row.created = now;
  for (const auto& instant : {seen.stopped_on, seen.running_on, seen.initializing_on, seen.created_on}) {
    if (instant) row.created = *instant;
  }
  return row;
}

bool Contradicts(const BuildRow& known, const Build& seen) {
  const BuildStatus status = StatusOf(seen);
  if (status != BuildStatus::kStopped && status != BuildStatus::kUnknown) return true;
  if (known.outcome == BuildOutcome::kUnknown) return false;
  return seen.outcome && seen.outcome != known.outcome;
}

void TakeLater(std::optional<Timestamp>& known, const std::optional<Timestamp>& seen) {
  if (seen) known = seen;
}

}  // namespace

Anomalies& Anomalies::operator+=(const Anomalies& other) {
  negative_duration += other.negative_duration;
  contradiction += other.contradiction;
  no_stopped_on += other.no_stopped_on;
  return *this;
}

Durations DurationsOf(const BuildRow& row) {
  assert(row.final());
  Durations result;
  const auto between = [&result](Timestamp from, Timestamp to) {
    if (to < from) result.clamped = true;
    return std::max(to - from, milliseconds(0));
  };
  const Timestamp stopped = *row.stopped;
  // A build that ran was initialized, whatever the answer left out.
  const std::optional<Timestamp> initializing = row.initializing ? row.initializing : row.running;
  result.phases[Index(Phase::kQueue)] = between(row.created, initializing.value_or(stopped));
  if (initializing) result.phases[Index(Phase::kInit)] = between(*initializing, row.running.value_or(stopped));
  if (row.running) result.phases[Index(Phase::kRun)] = between(*row.running, stopped);
  result.elapsed = between(row.created, stopped);
  return result;
}

Timestamp EnteredAt(const BuildRow& row) {
  switch (row.status) {
    case BuildStatus::kStopped:
      return row.stopped.value_or(row.created);
    case BuildStatus::kRunning:
      if (row.running) return *row.running;
      [[fallthrough]];
    case BuildStatus::kInitializing:
      if (row.initializing) return *row.initializing;
      [[fallthrough]];
    case BuildStatus::kQueued:
    case BuildStatus::kUnknown:
      break;
  }
  return row.created;
}

Merged Merge(const BuildRow* known, const Build& seen, ScriptId script, Timestamp now) {
  assert(seen.uuid);
  Merged merged{known != nullptr ? *known : NewRow(seen, script, now), {}};
  BuildRow& row = merged.row;
  if (row.revision.empty()) row.revision = {seen.metadata.branch, seen.metadata.commit_hash};
  if (known != nullptr && known->final()) {
    merged.anomalies.contradiction = Contradicts(*known, seen) ? 1 : 0;
    return merged;
  }
  row.lost = false;
  const BuildStatus status = StatusOf(seen);
  if (status < row.status) return merged;  // an older view than the one that we have
  row.status = status;
  TakeLater(row.initializing, seen.initializing_on);
  TakeLater(row.running, seen.running_on);
  if (status != BuildStatus::kStopped) return merged;

  row.outcome = seen.outcome;
  if (seen.stopped_on) {
    row.stopped = seen.stopped_on;
  } else if (!row.stopped) {
    row.stopped = seen.modified_on.value_or(now);
    merged.anomalies.no_stopped_on = 1;
  }
  if (row.final() && DurationsOf(row).clamped) merged.anomalies.negative_duration = 1;
  return merged;
}

}  // namespace exporter::ledger
