#include "exporter/ledger/counters.h"

#include <algorithm>
#include <initializer_list>

namespace exporter::ledger {
namespace {

AccountCounters::HistogramTable Table(std::size_t bounds) {
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

void Histogram::Observe(milliseconds value, std::span<const milliseconds> bounds) {
  const auto bucket = std::ranges::lower_bound(bounds, value) - bounds.begin();
  ++counts_[static_cast<std::size_t>(bucket)];
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

AccountCounters::AccountCounters(const BucketBounds& bounds)
    : queue(Table(bounds.queue.size())),
      init(Table(bounds.init.size())),
      run(Table(bounds.run.size())),
      elapsed(Table(bounds.elapsed.size())),
      failure_episode(bounds.episode.size()) {}

void AccountCounters::AddSubmitted(const BuildRow& row) {
  ++triggered[Index(row.branch_class)][Index(row.source)];
}

void AccountCounters::AddCompleted(const BuildRow& row, const Durations& durations, const BucketBounds& bounds) {
  const std::size_t branch_class = Index(row.branch_class);
  const std::size_t group = Index(GroupOf(*row.outcome));
  const auto observe = [&](HistogramTable& table, Phase phase, std::span<const milliseconds> table_bounds) {
    const auto& time = durations.phases[Index(phase)];
    if (time) table[branch_class][group].Observe(*time, table_bounds);
  };
  observe(queue, Phase::kQueue, bounds.queue);
  observe(init, Phase::kInit, bounds.init);
  observe(run, Phase::kRun, bounds.run);
  elapsed[branch_class][group].Observe(durations.elapsed, bounds.elapsed);
}

void AccountCounters::AddEpisode(milliseconds length, const BucketBounds& bounds) {
  failure_episode.Observe(length, bounds.episode);
}

}  // namespace exporter::ledger
