#include "exporter/ledger/script_history.h"

#include <algorithm>
#include <tuple>

namespace exporter::ledger {

bool CreatedBefore(const BuildRow& left, const BuildRow& right) {
  return std::tie(left.created, left.uuid) < std::tie(right.created, right.uuid);
}

void ClassHistory::AddRow(const BuildRow& row) {
  if (!newest || newest->uuid == row.uuid || CreatedBefore(*newest, row)) newest = row;
  if (last_failure && last_failure->uuid == row.uuid) last_failure_revision = row.revision;
}

void ClassHistory::AddVerdict(const BuildRow& row, const Durations& durations) {
  const Verdict verdict{*row.stopped, row.uuid, *row.outcome, row.source};
  if (!last_verdict || *last_verdict < verdict) {
    last_verdict = verdict;
    last_durations = durations;
  }
  const bool success = verdict.outcome == BuildOutcome::kSuccess;
  const bool failure = IsFailure(verdict.outcome);
  if (success && (!last_success || *last_success < verdict.stopped)) last_success = verdict.stopped;
  if (failure && (!last_failure || *last_failure < verdict)) {
    last_failure = verdict;
    last_failure_revision = row.revision;
  }
  if (!success && !failure) return;
  // What shows up after the success that followed it was settled changes no streak and no episode.
  if (settled_success && verdict.stopped <= *settled_success) return;
  unsettled.insert(std::ranges::upper_bound(unsettled, verdict), verdict);
}

std::int64_t ClassHistory::consecutive_failures() const {
  const auto success = std::find_if(unsettled.rbegin(), unsettled.rend(),
                                    [](const Verdict& verdict) { return verdict.outcome == BuildOutcome::kSuccess; });
  return success - unsettled.rbegin();
}

std::vector<ClassHistory::Episode> ClassHistory::Settle(Timestamp until) {
  std::vector<Episode> episodes;
  auto keep_from = unsettled.begin();
  std::optional<Timestamp> first_failure;
  for (auto verdict = unsettled.begin(); verdict != unsettled.end() && verdict->stopped < until; ++verdict) {
    if (verdict->outcome != BuildOutcome::kSuccess) {
      if (!first_failure) first_failure = verdict->stopped;
      continue;
    }
    if (first_failure) episodes.push_back({verdict->uuid, verdict->stopped, verdict->stopped - *first_failure});
    first_failure.reset();
    settled_success = verdict->stopped;
    keep_from = verdict + 1;
  }
  unsettled.erase(unsettled.begin(), keep_from);
  return episodes;
}

const BuildRow* ScriptHistory::newest() const {
  const BuildRow* result = nullptr;
  for (const ClassHistory& history : classes) {
    if (history.newest && (result == nullptr || CreatedBefore(*result, *history.newest))) result = &*history.newest;
  }
  return result;
}

}  // namespace exporter::ledger
