#include "exporter/ledger/build_row.h"

#include <gmock/gmock.h>

#include "tests/support/builds.h"

namespace exporter::ledger {
namespace {

using support::BuildLife;
using support::kT0;
using workers_builds::Build;
using namespace std::chrono_literals;

/// The row after all of `seen`, in that order, and what did not fit on the way.
Merged MergeAll(const std::vector<Build>& seen, Timestamp now = kT0) {
  Merged merged;
  bool first = true;
  Anomalies anomalies;
  for (const Build& build : seen) {
    merged = Merge(first ? nullptr : &merged.row, build, 7, now);
    anomalies += merged.anomalies;
    first = false;
  }
  merged.anomalies = anomalies;
  return merged;
}

TEST(Merge, KeepsWhatTheBuildWasStartedWith) {
  const BuildLife life{.number = 5, .branches = {"*"}, .source = TriggerSource::kManual};
  const BuildRow row = MergeAll({life.Queued()}).row;
  EXPECT_EQ(row.uuid, support::UuidOf(5));
  EXPECT_EQ(row.script, 7u);
  EXPECT_EQ(row.status, BuildStatus::kQueued);
  EXPECT_EQ(row.branch_class, BranchClass::kPreview);
  EXPECT_EQ(row.source, TriggerSource::kManual);
  EXPECT_EQ(row.created, life.created);
  EXPECT_TRUE(row.open());
  EXPECT_FALSE(row.final());
}

TEST(Merge, FollowsABuildToItsEnd) {
  const BuildLife life;
  const Merged merged = MergeAll(life.Snapshots());
  EXPECT_TRUE(merged.row.final());
  EXPECT_FALSE(merged.row.open());
  EXPECT_EQ(merged.row.outcome, BuildOutcome::kSuccess);
  EXPECT_EQ(merged.row.initializing, life.initializing());
  EXPECT_EQ(merged.row.running, life.running());
  EXPECT_EQ(merged.row.stopped, life.stopped());
  EXPECT_EQ(merged.anomalies.contradiction + merged.anomalies.negative_duration + merged.anomalies.no_stopped_on, 0);
}

TEST(Merge, NeverGoesBackToAnEarlierStatus) {
  const BuildLife life;
  const auto snapshots = life.Snapshots();
  for (std::size_t later = 1; later < snapshots.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      EXPECT_EQ(MergeAll({snapshots[later], snapshots[earlier]}).row, MergeAll({snapshots[later]}).row)
          << "stage " << earlier << " was shown after stage " << later;
    }
  }
}

TEST(Merge, AContradictionOfAFinalRowChangesNothingAndIsAnAnomaly) {
  const BuildLife success{.outcome = BuildOutcome::kSuccess};
  Build fail = success.Stopped();
  fail.outcome = BuildOutcome::kFail;
  fail.stopped_on = success.stopped() + 1h;
  for (const Build& contradiction : {fail, success.Running()}) {
    const Merged merged = MergeAll({success.Stopped(), contradiction});
    EXPECT_EQ(merged.row, MergeAll({success.Stopped()}).row);
    EXPECT_EQ(merged.anomalies.contradiction, 1);
  }
}

TEST(Merge, TheSameFinalAnswerAgainIsNoContradiction) {
  const BuildLife life;
  EXPECT_EQ(MergeAll({life.Stopped(), life.Stopped()}).anomalies.contradiction, 0);
}

TEST(Merge, StoppedWithoutAnOutcomeWaitsForIt) {
  Build without = BuildLife{}.Stopped();
  without.outcome.reset();
  const Merged waiting = MergeAll({without});
  EXPECT_FALSE(waiting.row.final());
  EXPECT_FALSE(waiting.row.open());
  const Merged merged = MergeAll({without, BuildLife{}.Stopped()});
  EXPECT_TRUE(merged.row.final());
  EXPECT_EQ(merged.anomalies.contradiction, 0);
}

TEST(Merge, WithoutStoppedOnABuildStoppedWhenItWasModified) {
  Build build = BuildLife{}.Stopped();
  build.stopped_on.reset();
  build.modified_on = kT0 + 50s;
  const Merged merged = MergeAll({build, build});
  EXPECT_EQ(merged.row.stopped, kT0 + 50s);
  EXPECT_EQ(merged.anomalies.no_stopped_on, 1);
}

TEST(Merge, WithoutAnyInstantABuildStoppedAtFirstSight) {
  Build build = BuildLife{}.Stopped();
  build.stopped_on.reset();
  build.modified_on.reset();
  const Merged merged = MergeAll({build}, kT0 + 3min);
  EXPECT_EQ(merged.row.stopped, kT0 + 3min);
  EXPECT_EQ(merged.anomalies.no_stopped_on, 1);
}

TEST(Merge, ALaterStoppedOnReplacesTheGuess) {
  Build guess = BuildLife{}.Stopped();
  guess.stopped_on.reset();
  guess.outcome.reset();
  EXPECT_EQ(MergeAll({guess, BuildLife{}.Stopped()}, kT0 + 3min).row.stopped, BuildLife{}.stopped());
}

TEST(Merge, ClampsANegativeDurationAndCountsItOnce) {
  const BuildLife life{.init = -5s};
  const Merged merged = MergeAll({life.Stopped(), life.Stopped()});
  EXPECT_EQ(merged.anomalies.negative_duration, 1);
  const Durations durations = DurationsOf(merged.row);
  EXPECT_EQ(durations.phases[Index(Phase::kInit)], 0ms);
  EXPECT_EQ(durations.phases[Index(Phase::kRun)], 30s);
  EXPECT_TRUE(durations.clamped);
}

TEST(Merge, AWordThatIsNotKnownLeavesTheInstantsToGoBy) {
  Build build = BuildLife{}.Stopped();
  build.status = BuildStatus::kUnknown;
  EXPECT_EQ(MergeAll({build}).row.status, BuildStatus::kStopped);
  build.stopped_on.reset();
  EXPECT_EQ(MergeAll({build}).row.status, BuildStatus::kUnknown);
  EXPECT_TRUE(MergeAll({build}).row.open());
}

TEST(Merge, AnUnknownStatusDoesNotTakeBackAKnownOne) {
  Build unknown = BuildLife{}.Running();
  unknown.status = BuildStatus::kUnknown;
  EXPECT_EQ(MergeAll({BuildLife{}.Running(), unknown}).row.status, BuildStatus::kRunning);
}

TEST(Merge, AnUnknownOutcomeIsAnOutcome) {
  const Merged merged = MergeAll({BuildLife{.outcome = BuildOutcome::kUnknown}.Stopped()});
  EXPECT_TRUE(merged.row.final());
  EXPECT_EQ(merged.row.outcome, BuildOutcome::kUnknown);
}

TEST(Merge, BranchClassAndTriggerAreFrozenAtFirstSight) {
  const BuildLife production{.branches = {"main"}, .source = TriggerSource::kPush};
  const BuildLife edited{.branches = {"*"}, .source = TriggerSource::kManual};
  const BuildRow row = MergeAll({production.Queued(), edited.Running(), edited.Stopped()}).row;
  EXPECT_EQ(row.branch_class, BranchClass::kProduction);
  EXPECT_EQ(row.source, TriggerSource::kPush);
}

TEST(Merge, ALostBuildComesBackWhenItIsShown) {
  BuildRow lost = MergeAll({BuildLife{}.Running()}).row;
  lost.lost = true;
  EXPECT_FALSE(lost.open());
  EXPECT_FALSE(Merge(&lost, BuildLife{}.Running(), 7, kT0).row.lost);
}

TEST(Merge, WithoutCreatedOnTheFirstInstantThatIsThereCounts) {
  Build build = BuildLife{}.Running();
  build.created_on.reset();
  EXPECT_EQ(MergeAll({build}).row.created, BuildLife{}.initializing());
  Build bare;
  bare.uuid = support::UuidOf(1);
  EXPECT_EQ(MergeAll({bare}, kT0 + 9s).row.created, kT0 + 9s);
}

TEST(DurationsOf, GivesABuildThatNeverRanOnlyThePhasesItWentThrough) {
  Build queued_only = BuildLife{.outcome = BuildOutcome::kCancelled}.Queued();
  queued_only.status = BuildStatus::kStopped;
  queued_only.outcome = BuildOutcome::kCancelled;
  queued_only.stopped_on = kT0 + 90s;
  const Durations in_queue = DurationsOf(MergeAll({queued_only}).row);
  EXPECT_EQ(in_queue.phases[Index(Phase::kQueue)], 90s);
  EXPECT_EQ(in_queue.phases[Index(Phase::kInit)], std::nullopt);
  EXPECT_EQ(in_queue.phases[Index(Phase::kRun)], std::nullopt);
  EXPECT_EQ(in_queue.elapsed, 90s);

  Build never_ran = queued_only;
  never_ran.initializing_on = kT0 + 30s;
  const Durations in_init = DurationsOf(MergeAll({never_ran}).row);
  EXPECT_EQ(in_init.phases[Index(Phase::kQueue)], 30s);
  EXPECT_EQ(in_init.phases[Index(Phase::kInit)], 60s);
  EXPECT_EQ(in_init.phases[Index(Phase::kRun)], std::nullopt);
}

TEST(EnteredAt, IsWhenTheStatusBegan) {
  const BuildLife life;
  EXPECT_EQ(EnteredAt(MergeAll({life.Queued()}).row), life.created);
  EXPECT_EQ(EnteredAt(MergeAll({life.Initializing()}).row), life.initializing());
  EXPECT_EQ(EnteredAt(MergeAll({life.Running()}).row), life.running());
  EXPECT_EQ(EnteredAt(MergeAll({life.Stopped()}).row), life.stopped());
}

}  // namespace
}  // namespace exporter::ledger
