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
  for (const milliseconds value : {0ms, 1000ms, 1001ms, 10000ms, 10001ms, 90000ms}) histogram.Observe(value, bounds);
  EXPECT_THAT(histogram.counts(), ElementsAre(2, 2, 2));
  EXPECT_EQ(histogram.sum(), 112'002ms);
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
  counters.AddCompleted(row, DurationsOf(row), bounds);
  EXPECT_EQ(counters.triggered[Index(BranchClass::kPreview)][Index(TriggerSource::kApi)], 1);
  const auto& groups = counters.elapsed[Index(BranchClass::kPreview)];
  EXPECT_EQ(groups[Index(OutcomeGroup::kFailure)].sum(), 60s);
  EXPECT_EQ(groups[Index(OutcomeGroup::kSuccess)].sum(), 0s);
  EXPECT_EQ(counters.run[Index(BranchClass::kPreview)][Index(OutcomeGroup::kFailure)].sum(), 30s);
}

TEST(AccountCounters, ABuildThatNeverRanIsNotInTheHistogramOfRunTimes) {
  const BucketBounds& bounds = DefaultBucketBounds();
  AccountCounters counters(bounds);
  BuildRow row = RowOf({.outcome = BuildOutcome::kCancelled});
  row.running.reset();
  counters.AddCompleted(row, DurationsOf(row), bounds);
  const AccountCounters nothing(bounds);
  EXPECT_EQ(counters.run, nothing.run);
  EXPECT_NE(counters.init, nothing.init);
}

}  // namespace
}  // namespace exporter::ledger
