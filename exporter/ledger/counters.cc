#include "exporter/ledger/counters.h"

#include <algorithm>
#include <initializer_list>

namespace exporter::ledger {
namespace {

DurationHistograms::Table EmptyTable(std::size_t bounds) {
  const Histogram empty(bounds);
  const std::array<Histogram, kOutcomeGroups.size()> groups = {empty, empty, empty};
  return {groups, groups, groups};
}

std::vector<milliseconds> Seconds(std::initializer_list<int> bounds) {
  std::vector<milliseconds> result;
  for (const int bound : bounds) result.push_back(std::chrono::seconds(bound));
  return result;
}

}  // namespace

void ClassCounters::AddCompleted(const BuildRow& row, const Durations& durations) {
  ++completed[Index(*row.outcome)];
  for (const Phase phase : kPhases) {
    const auto& time = durations.phases[Index(phase)];
    if (!time) continue;
    phase_time[Index(phase)] += *time;
    ++phase_builds[Index(phase)];
  }
}

void Histogram::Observe(milliseconds value, const BuildRow& row, std::span<const milliseconds> bounds) {
  const auto bucket = static_cast<std::size_t>(std::ranges::lower_bound(bounds, value) - bounds.begin());
  const Exemplar exemplar{.stopped = *row.stopped, .build = row.uuid, .value = value};
  if (exemplars_.empty()) exemplars_.resize(counts_.size());
  if (counts_[bucket] == 0 || exemplars_[bucket] < exemplar) exemplars_[bucket] = exemplar;
  ++counts_[bucket];
  sum_ += value;
}

const BucketBounds& DefaultBucketBounds() {
  static const BucketBounds bounds = {
      .queue = Seconds({1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600}),
      .init = Seconds({1, 2, 5, 10, 15, 20, 30, 45, 60, 120, 300}),
      .run = Seconds({10, 20, 30, 45, 60, 90, 120, 180, 300, 450, 600, 900, 1200, 1500}),
      .elapsed = Seconds({10, 20, 30, 45, 60, 90, 120, 180, 300, 450, 600, 900, 1200, 1500}),
      .episode = Seconds({300, 900, 1800, 3600, 7200, 14400, 28800, 86400, 259200}),
  };
  return bounds;
}

DurationHistograms::DurationHistograms(const BucketBounds& bounds)
    : queue(EmptyTable(bounds.queue.size())),
      init(EmptyTable(bounds.init.size())),
      run(EmptyTable(bounds.run.size())),
      elapsed(EmptyTable(bounds.elapsed.size())),
      failure_episode(bounds.episode.size()) {}

void DurationHistograms::AddCompleted(const BuildRow& row, const Durations& durations, const BucketBounds& bounds) {
  const std::size_t branch_class = Index(row.branch_class);
  const std::size_t group = Index(GroupOf(*row.outcome));
  const auto observe = [&](Table& table, Phase phase, std::span<const milliseconds> table_bounds) {
    const auto& time = durations.phases[Index(phase)];
    if (time) table[branch_class][group].Observe(*time, row, table_bounds);
  };
  observe(queue, Phase::kQueue, bounds.queue);
  observe(init, Phase::kInit, bounds.init);
  observe(run, Phase::kRun, bounds.run);
  elapsed[branch_class][group].Observe(durations.elapsed, row, bounds.elapsed);
}

void DurationHistograms::AddEpisode(const BuildRow& success, const BucketBounds& bounds) {
  failure_episode.Observe(*success.failure_episode, success, bounds.episode);
}

void AccountCounters::AddSubmitted(const BuildRow& row) {
  ++triggered[Index(row.branch_class)][Index(row.source)];
}

}  // namespace exporter::ledger
