#include "exporter/ledger/ledger.h"

#include <gmock/gmock.h>

#include "tests/support/ledger_world.h"
#include "tests/support/page_text.h"

namespace exporter::ledger {
namespace {

using support::BuildLife;
using support::EndedAt;
using support::kT0;
using support::LedgerWorld;
using support::UuidOf;
using workers_builds::Build;
using namespace std::chrono_literals;

std::int64_t Completed(const ClassHistory& history, BuildOutcome outcome = BuildOutcome::kSuccess) {
  return history.counters.completed[Index(outcome)];
}

class LedgerTest : public ::testing::Test {
 protected:
  LedgerTest() { world_.Discover({{"shop", "tag"}}); }

  LedgerWorld world_;
};

TEST_F(LedgerTest, CountsABuildOnceHoweverOftenItIsShown) {
  const BuildLife life = EndedAt(1, 5min);
  for (int i = 0; i < 3; ++i) {
    world_.See("tag", life.Snapshots());
    world_.Walk("tag", {life.Stopped(), life.Stopped()}, kT0 + 10min);
  }
  EXPECT_EQ(Completed(world_.Class("tag")), 1);
  EXPECT_EQ(world_.Class("tag").counters.submitted, 1);
  EXPECT_EQ(world_.store.builds.size(), 1u);
}

TEST_F(LedgerTest, ABuildThatAnotherScriptsAnswerShowsIsStillTheSameBuild) {
  world_.Discover({{"shop", "tag"}, {"blog", "other"}});
  const BuildLife life = EndedAt(1, 5min);
  world_.See("tag", {life.Running()});
  world_.See("other", {life.Stopped()});
  world_.See("tag", {life.Stopped()});
  EXPECT_EQ(Completed(world_.Class("tag")), 1);
  EXPECT_EQ(Completed(world_.Class("other")), 0);
  EXPECT_TRUE(world_.Script("tag").pending.empty());
}

TEST_F(LedgerTest, ABuildWithoutAUuidIsPassedOver) {
  Build build = EndedAt(1, 5min).Stopped();
  build.uuid.reset();
  EXPECT_EQ(world_.See("tag", {build}).new_builds, 0);
}

TEST_F(LedgerTest, TheBaselineIsTheFirstAnswersInstantAndStays) {
  EXPECT_EQ(world_.ledger.account(0).baseline, kT0);
  world_.ledger.Start(0, kT0 + 1h);
  EXPECT_EQ(world_.ledger.account(0).baseline, kT0);
  EXPECT_EQ(world_.store.accounts.at(0).baseline, kT0);
}

TEST_F(LedgerTest, OnlyWhatStoppedAtOrAfterTheBaselineIsCompleted) {
  world_.Walk("tag", {EndedAt(1, -1ms).Stopped(), EndedAt(2, 0ms).Stopped(), EndedAt(3, 1h).Stopped()}, kT0 + 2h);
  EXPECT_EQ(Completed(world_.Class("tag")), 2);
  EXPECT_EQ(world_.Class("tag").counters.submitted, 1) << "one build was created since the baseline";
}

TEST_F(LedgerTest, AConfiguredBaselineWinsOverTheFirstAnswer) {
  LedgerWorld world(kT0 - 24h);
  world.Discover({{"shop", "tag"}});
  EXPECT_EQ(world.ledger.account(0).baseline, kT0 - 24h);
  EXPECT_EQ(world.Script("tag").proven_to, std::nullopt);
  EXPECT_TRUE(world.ledger.account(0).unproved.contains(world.Script("tag").id));
  world.Walk("tag", {EndedAt(1, -1h).Stopped()});
  EXPECT_EQ(Completed(world.Class("tag")), 1);
  EXPECT_TRUE(world.ledger.account(0).unproved.empty());
  EXPECT_EQ(world.Class("tag").old_news.completed[Index(BuildOutcome::kSuccess)], 1)
      << "it stopped before the exporter could have seen it";
}

TEST_F(LedgerTest, WithTheDefaultBaselineAScriptOfTheFirstDiscoveryIsProvedAtOnce) {
  EXPECT_EQ(world_.Script("tag").proven_to, kT0);
  EXPECT_FALSE(world_.Script("tag").history_pending()) << "it has shown no build";
  world_.See("tag", {EndedAt(1, -1h).Stopped()});
  EXPECT_TRUE(world_.Script("tag").history_pending()) << "streak and timestamps wait for its first page";
  world_.Walk("tag", {});
  EXPECT_FALSE(world_.Script("tag").history_pending());
}

TEST_F(LedgerTest, AScriptThatIsDiscoveredLaterIsProvedByItsFirstWalk) {
  world_.Discover({{"shop", "tag"}, {"blog", "new"}}, kT0 + 1h);
  EXPECT_EQ(world_.Script("new").proven_to, std::nullopt);
  EXPECT_EQ(world_.Script("new").news_from, kT0) << "the last discovery without it";
  world_.Walk("new", {}, kT0 + 2h);
  EXPECT_EQ(world_.Script("new").proven_to, kT0 + 2h);
}

TEST_F(LedgerTest, AProofDoesNotGoBack) {
  world_.Walk("tag", {}, kT0 + 2h);
  world_.Walk("tag", {}, kT0 + 1h);
  EXPECT_EQ(world_.Script("tag").proven_to, kT0 + 2h);
}

TEST_F(LedgerTest, ABuildThatAProofHadExcludedIsLate) {
  world_.Walk("tag", {EndedAt(1, 10min).Stopped()}, kT0 + 1h);
  const ApplyReport in_time = world_.See("tag", {EndedAt(2, 62min).Stopped()});
  EXPECT_EQ(in_time.late_builds, 0);
  const ApplyReport late = world_.See("tag", {EndedAt(3, 20min).Stopped()});
  EXPECT_EQ(late.late_builds, 1);
  EXPECT_EQ(Completed(world_.Class("tag")), 3) << "a late build counts";
}

TEST_F(LedgerTest, ABuildThatIsUnderWayStaysPendingUntilItIsFinal) {
  const BuildLife life = EndedAt(1, 5min);
  Build without_outcome = life.Stopped();
  without_outcome.outcome.reset();
  for (const Build& build : {life.Queued(), life.Running(), without_outcome}) {
    world_.See("tag", {build});
    EXPECT_TRUE(world_.Script("tag").pending.contains(UuidOf(1)));
  }
  world_.See("tag", {life.Stopped()});
  EXPECT_TRUE(world_.Script("tag").pending.empty());
}

TEST_F(LedgerTest, AnOutcomeThatNeverComesIsUnknownAndFinal) {
  Build build = EndedAt(1, 5min).Stopped();
  build.outcome.reset();
  world_.See("tag", {build});
  EXPECT_EQ(Completed(world_.Class("tag"), BuildOutcome::kUnknown), 0);
  world_.ledger.GiveUpOutcome(world_.Script("tag").id, UuidOf(1));
  EXPECT_EQ(Completed(world_.Class("tag"), BuildOutcome::kUnknown), 1);
  const ApplyReport report = world_.See("tag", {EndedAt(1, 5min).Stopped()});
  EXPECT_EQ(report.anomalies.contradiction, 0);
  EXPECT_EQ(Completed(world_.Class("tag")), 0) << "counted once, as unknown";
}

TEST_F(LedgerTest, GivingUpAnOutcomeChangesNoBuildThatIsUnderWayOrUnknown) {
  world_.See("tag", {EndedAt(1, 5min).Running()});
  EXPECT_TRUE(world_.ledger.GiveUpOutcome(world_.Script("tag").id, UuidOf(1)).changed.empty());
  EXPECT_TRUE(world_.ledger.GiveUpOutcome(world_.Script("tag").id, UuidOf(9)).changed.empty());
}

TEST_F(LedgerTest, ALostBuildIsAMarkThatIsTakenBack) {
  world_.See("tag", {EndedAt(1, 5min).Running()});
  EXPECT_FALSE(world_.ledger.MarkLost(world_.Script("tag").id, UuidOf(1)).changed.empty());
  EXPECT_TRUE(world_.store.builds.at(UuidOf(1)).lost);
  EXPECT_FALSE(world_.Class("tag").newest->open());
  world_.See("tag", {EndedAt(1, 5min).Stopped()});
  EXPECT_FALSE(world_.store.builds.at(UuidOf(1)).lost);
  EXPECT_EQ(Completed(world_.Class("tag")), 1);
}

TEST_F(LedgerTest, AGapForgetsWhatTheNextListMustReach) {
  world_.Walk("tag", {EndedAt(1, 10min).Stopped()}, kT0 + 1h);
  EXPECT_EQ(world_.Script("tag").newest_proved, EndedAt(1, 10min).created);
  world_.Apply({.script = world_.Script("tag").id,
                .builds = {},
                .proven_to = kT0 + 2h,
                .gap = true,
                .settled = true,
                .looked_at = false},
               kT0 + 2h);
  EXPECT_EQ(world_.Script("tag").newest_proved, std::nullopt);
}

TEST_F(LedgerTest, AFailureEpisodeIsKeptWithTheRowOfTheSuccess) {
  world_.Walk("tag", {EndedAt(2, 3h).Stopped(), EndedAt(1, 1h, BuildOutcome::kFail).Stopped()}, kT0 + 4h);
  EXPECT_EQ(world_.store.builds.at(UuidOf(2)).failure_episode, 2h);
  EXPECT_EQ(world_.ledger.account(0).counters.durations.failure_episode.sum(), 2h);
}

TEST_F(LedgerTest, AnEpisodeIsFixedOnlyWhenNoListIsOwed) {
  world_.Walk("tag", {EndedAt(2, 2h, BuildOutcome::kFail).Stopped()}, kT0 + 3h);
  world_.See("tag", {EndedAt(3, 4h).Stopped()});
  EXPECT_EQ(world_.ledger.account(0).counters.durations.failure_episode.sum(), 0h);
  world_.Walk("tag", {EndedAt(1, 1h, BuildOutcome::kFail).Stopped()}, kT0 + 5h);
  EXPECT_EQ(world_.ledger.account(0).counters.durations.failure_episode.sum(), 3h);
}

TEST_F(LedgerTest, AnEpisodeThatAnAnswerWithoutNewsSettlesIsShown) {
  world_.Walk("tag", {EndedAt(1, 1h, BuildOutcome::kFail).Stopped()}, kT0 + 2h);
  world_.See("tag", {EndedAt(2, 3h).Stopped()});
  const ApplyReport report = world_.Walk("tag", {EndedAt(2, 3h).Stopped()}, kT0 + 4h);
  EXPECT_TRUE(report.changed.contains(world_.Script("tag").id)) << "the page has another histogram now";
}

TEST_F(LedgerTest, PreviewBuildsMakeNoEpisode) {
  BuildLife fail = EndedAt(1, 1h, BuildOutcome::kFail);
  BuildLife success = EndedAt(2, 2h);
  fail.branches = success.branches = {"*"};
  world_.Walk("tag", {success.Stopped(), fail.Stopped()}, kT0 + 3h);
  EXPECT_EQ(world_.ledger.account(0).counters.durations.failure_episode,
            DurationHistograms(world_.ledger.bounds()).failure_episode);
}

TEST_F(LedgerTest, AnEpisodeThatEndedBeforeTheBaselineIsNotCounted) {
  world_.Walk("tag", {EndedAt(2, -1h).Stopped(), EndedAt(1, -2h, BuildOutcome::kFail).Stopped()});
  EXPECT_EQ(world_.ledger.account(0).counters.durations.failure_episode.sum(), 0h);
}

TEST_F(LedgerTest, TheScriptsFactsComeFromItsNewestBuild) {
  Build older = EndedAt(1, 1h).Stopped();
  Build newer = EndedAt(2, 2h).Stopped();
  older.trigger->repo_connection = {"github", "acme", "old"};
  newer.trigger->repo_connection = {"gitlab", "acme", "new"};
  newer.trigger->branch_includes = {"trunk"};
  world_.See("tag", {newer});
  world_.See("tag", {older});
  EXPECT_EQ(world_.Script("tag").repository->repo_name, "new");
  EXPECT_EQ(world_.Script("tag").production_branch, "trunk");
}

TEST_F(LedgerTest, ATriggerThatLostItsBranchesMeanwhileLeavesTheProductionBranch) {
  const BuildLife life = EndedAt(1, 1h);
  world_.See("tag", {life.Queued()});
  for (const std::vector<std::string>& edited : {std::vector<std::string>{}, std::vector<std::string>{"*"}}) {
    Build later = edited.empty() ? life.Running() : life.Stopped();
    later.trigger->branch_includes = edited;
    world_.See("tag", {later});
    EXPECT_EQ(world_.Script("tag").production_branch, "main");
  }
}

TEST_F(LedgerTest, RunTimeIsKnownByTheHour) {
  world_.See("tag", {EndedAt(1, 30min).Stopped(), EndedAt(2, 90min).Stopped(), EndedAt(3, 25h).Stopped()});
  EXPECT_EQ(world_.ledger.account(0).RunTimeSince(kT0), 90s);
  EXPECT_EQ(world_.ledger.account(0).RunTimeSince(kT0 + 1h), 60s);
  EXPECT_EQ(world_.ledger.account(0).RunTimeSince(kT0 + 48h), 0s);
}

TEST_F(LedgerTest, ACommitThatFailsKeepsThePageRightAndItsRowsGoWithTheNext) {
  world_.store.fail_commits = true;
  world_.See("tag", {EndedAt(1, 5min).Stopped()});
  world_.See("tag", {EndedAt(1, 5min).Stopped(), EndedAt(2, 6min).Stopped()});
  EXPECT_EQ(Completed(world_.Class("tag")), 2) << "no build twice, though no row could be written";
  EXPECT_EQ(world_.ledger.commit_state().errors, 2);
  EXPECT_EQ(world_.ledger.commit_state().last_error, "disk full");
  EXPECT_TRUE(world_.store.builds.empty());

  world_.store.fail_commits = false;
  world_.See("tag", {EndedAt(3, 7min).Stopped()});
  EXPECT_EQ(world_.store.builds.size(), 3u);
}

TEST_F(LedgerTest, AnAnswerThatChangesNothingIsNotWritten) {
  world_.See("tag", {EndedAt(1, 5min).Stopped()});
  const auto commits = world_.ledger.commit_state().commits;
  const ApplyReport report = world_.See("tag", {EndedAt(1, 5min).Stopped()});
  EXPECT_TRUE(report.changed.empty());
  EXPECT_EQ(world_.ledger.commit_state().commits, commits);
}

TEST_F(LedgerTest, ABuildThatCannotBeLookedUpIsNotCountedTwice) {
  world_.Walk("tag", {EndedAt(1, 5min).Stopped(), EndedAt(2, 6min).Stopped()}, kT0 + 10min);
  world_.store.fail_finds = true;
  world_.Walk("tag", {EndedAt(1, 5min).Stopped()}, kT0 + 20min);
  EXPECT_EQ(Completed(world_.Class("tag")), 2);
  EXPECT_EQ(world_.Script("tag").proven_to, kT0 + 10min) << "what could not be merged proves nothing";
  EXPECT_GT(world_.ledger.commit_state().errors, 0);
}

}  // namespace
}  // namespace exporter::ledger
