#include "exporter/ledger/counters.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>

#include "tests/support/builds.h"

namespace exporter::ledger {
namespace {

using support::BuildLife;
using support::kT0;
using ::testing::ElementsAre;
using namespace std::chrono_literals;

BuildRow RowOf(const BuildLife& life) {
  return Merge(nullptr, life.Stopped(), 0, kT0).row;
}

TEST(Histogram, CountsAValueAtABoundBelowIt) {
  const std::vector<milliseconds> bounds = {1s, 10s};
  Histogram histogram(bounds.size());
  const BuildRow row = RowOf({});
  for (const milliseconds value : {0ms, 1000ms, 1001ms, 10000ms, 10001ms, 90000ms}) {
    histogram.Observe(value, row, bounds);
  }
  EXPECT_THAT(histogram.counts(), ElementsAre(2, 2, 2));
  EXPECT_EQ(histogram.sum(), 112'002ms);
}

TEST(Histogram, RemembersTheNewestBuildOfEachBucketWhateverTheOrder) {
  const std::vector<milliseconds> bounds = {1s};
  const BuildRow older = RowOf({.number = 9, .created = kT0});
  const BuildRow newer = RowOf({.number = 1, .created = kT0 + 1h});
  const BuildRow same_instant = RowOf({.number = 2, .created = kT0 + 1h});
  std::vector<BuildRow> rows = {older, newer, same_instant};
  std::ranges::sort(rows, {}, &BuildRow::uuid);
  do {
    Histogram histogram(bounds.size());
    EXPECT_EQ(histogram.exemplar(0), nullptr);
    for (const BuildRow& row : rows) histogram.Observe(2s, row, bounds);
    EXPECT_EQ(histogram.exemplar(0), nullptr) << "nothing is in this bucket";
    ASSERT_NE(histogram.exemplar(1), nullptr);
    EXPECT_EQ(*histogram.exemplar(1),
              (Exemplar{.stopped = *same_instant.stopped, .build = same_instant.uuid, .value = 2s}));
  } while (std::ranges::next_permutation(rows, {}, &BuildRow::uuid).found);
}

TEST(ClassCounters, AddEachPhaseThatTheBuildWentThrough) {
  ClassCounters counters;
  BuildRow row = RowOf({.outcome = BuildOutcome::kFail});
  counters.AddCompleted(row, DurationsOf(row));
  row.running.reset();
  counters.AddCompleted(row, DurationsOf(row));
  EXPECT_EQ(counters.completed[Index(BuildOutcome::kFail)], 2);
  EXPECT_THAT(counters.phase_builds, ElementsAre(2, 2, 1));
  EXPECT_THAT(counters.phase_time, ElementsAre(20s, 20s + 50s, 30s));
}

TEST(BucketBounds, AreAscendingByDefault) {
  const BucketBounds& bounds = DefaultBucketBounds();
  for (const auto* table : {&bounds.queue, &bounds.init, &bounds.run, &bounds.elapsed, &bounds.episode}) {
    EXPECT_FALSE(table->empty());
    EXPECT_EQ(std::ranges::adjacent_find(*table, std::greater_equal<>()), table->end());
  }
  EXPECT_EQ(bounds.queue.back(), 3600s);
  EXPECT_EQ(bounds.elapsed, bounds.run);
}

TEST(AccountCounters, SortByBranchClassGroupAndSource) {
  const BucketBounds& bounds = DefaultBucketBounds();
  AccountCounters counters(bounds);
  const BuildRow row = RowOf({.outcome = BuildOutcome::kTerminated, .branches = {"*"}, .source = TriggerSource::kApi});
  counters.AddSubmitted(row);
  counters.durations.AddCompleted(row, DurationsOf(row), bounds);
  EXPECT_EQ(counters.triggered[Index(BranchClass::kPreview)][Index(TriggerSource::kApi)], 1);
  const auto& groups = counters.durations.elapsed[Index(BranchClass::kPreview)];
  EXPECT_EQ(groups[Index(OutcomeGroup::kFailure)].sum(), 60s);
  EXPECT_EQ(groups[Index(OutcomeGroup::kSuccess)].sum(), 0s);
  EXPECT_EQ(counters.durations.run[Index(BranchClass::kPreview)][Index(OutcomeGroup::kFailure)].sum(), 30s);
}

TEST(AccountCounters, ABuildThatNeverRanIsNotInTheHistogramOfRunTimes) {
  const BucketBounds& bounds = DefaultBucketBounds();
  AccountCounters counters(bounds);
  BuildRow row = RowOf({.outcome = BuildOutcome::kCancelled});
  row.running.reset();
  counters.durations.AddCompleted(row, DurationsOf(row), bounds);
  const AccountCounters nothing(bounds);
  EXPECT_EQ(counters.durations.run, nothing.durations.run);
  EXPECT_NE(counters.durations.init, nothing.durations.init);
}

}  // namespace
}  // namespace exporter::ledger
