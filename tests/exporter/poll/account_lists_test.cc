#include <gmock/gmock.h>

#include <numeric>

#include "exporter/poll/account_plan.h"
#include "tests/support/plan_world.h"

namespace exporter::poll {
namespace {

using support::BuildLife;
using support::FakeAccount;
using support::kT0;
using support::PlanWorld;
using support::UuidOf;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using workers_builds::BuildOutcome;
using workers_builds::ErrorReason;
using namespace std::chrono_literals;

/// A script whose only build is an hour old: looked at every 30 s, the last time just now, and nothing is owed.
class AccountListsTest : public ::testing::Test {
 protected:
  AccountListsTest() {
    world_.accounts[0].AddScripts(1);
    builds() = {{.number = 1, .created = kT0 - 1h}};
    world_.Run(10min);
    world_.Forget();
    while (world_.Count(Collector::kLatest) == 0) world_.Run(100ms);
    world_.Forget();
  }

  std::vector<BuildLife>& builds() { return world_.accounts[0].builds["tag0"]; }
  /// A build of a minute begins in so long; its creation.
  Timestamp Begins(std::uint32_t number, milliseconds in, milliseconds run = 30s) {
    builds().push_back({.number = number, .created = world_.ApiNow() + in, .run = run});
    return builds().back().created;
  }
  /// When the script's list was read, in the API's time.
  std::vector<Timestamp> ListedAt() const {
    std::vector<Timestamp> at;
    for (const auto& asked : world_.AskedOf(Collector::kList)) at.push_back(kT0 + (asked.at - PlanWorld::kStart));
    return at;
  }
  std::optional<Timestamp> proven_to() const { return world_.Script("tag0").proven_to; }
  /// Failure episodes of the account that are settled.
  std::int64_t Episodes() const {
    const auto counts = world_.ledger->account(0).counters.durations.failure_episode.counts();
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  }
  /// Every `latest` call fails while it is true.
  void FailLatest(bool fails) {
    world_.fault = [fails](const Call& call) -> std::optional<workers_builds::Error> {
      if (!fails || call.collector != Collector::kLatest) return std::nullopt;
      return FakeAccount::ErrorOf(ErrorReason::kHttp5xx, 500);
    };
  }

  PlanWorld world_;
};

TEST_F(AccountListsTest, ANewBuildOfAQuietScriptTakesOneListTwoMinutesAfterItsEnd) {
  const Timestamp created = Begins(2, 1min);
  world_.Run(3min);
  EXPECT_EQ(world_.Completed("tag0"), 1) << "counted from latest";
  EXPECT_THAT(ListedAt(), IsEmpty());
  world_.Run(2h);
  ASSERT_THAT(ListedAt(), SizeIs(1)) << "its proof, and for what comes late";
  EXPECT_EQ(ListedAt()[0], created + 1min + 2min);
  EXPECT_EQ(proven_to(), ListedAt()[0]);
}

TEST_F(AccountListsTest, ABuildThatLastsIsProvedFiveMinutesAfterItsFirstSight) {
  const Timestamp created = Begins(2, 1min, 30min);
  world_.Run(20min);
  ASSERT_THAT(ListedAt(), SizeIs(1)) << "that it is initializing and running is nothing to read a list for";
  EXPECT_GE(ListedAt()[0], created + 5min);
  EXPECT_LE(ListedAt()[0], created + 5min + 32s);
  EXPECT_EQ(proven_to(), ListedAt()[0]);
  world_.Run(2h);
  ASSERT_THAT(ListedAt(), SizeIs(2));
  EXPECT_EQ(ListedAt()[1], builds().back().stopped() + 2min) << "what came late";
}

TEST_F(AccountListsTest, ABuildThatAQuietScriptHidIsFoundWithTheProof) {
  Begins(2, 1min + 1s, 1s);
  const Timestamp newest = Begins(3, 1min + 2s, 1s);
  world_.Run(2min + 40s);
  ASSERT_EQ(world_.Completed("tag0"), 1) << "latest shows one build";
  world_.Run(newest + 5min - world_.ApiNow());
  EXPECT_EQ(world_.Completed("tag0"), 2);
  EXPECT_EQ(world_.observer.applied.late_builds, 0) << "nothing had been proved yet";
}

TEST_F(AccountListsTest, TheListIsReadAtOnceAfterTwoMissedLooks) {
  FailLatest(true);
  Begins(2, 1min, 30min);
  world_.Run(5min);
  FailLatest(false);
  while (world_.Script("tag0").newest()->uuid != UuidOf(2)) world_.Run(1s);
  EXPECT_THAT(ListedAt(), SizeIs(1));
}

TEST_F(AccountListsTest, TheListIsReadAtOnceWhereBuildsComeInGroups) {
  Begins(2, 1min, 1s);
  world_.Run(8min);
  ASSERT_THAT(ListedAt(), SizeIs(1));
  Begins(3, 1min, 30min);
  while (world_.Script("tag0").newest()->uuid != UuidOf(3)) world_.Run(1s);
  EXPECT_THAT(ListedAt(), SizeIs(2)) << "9 minutes after the one before";
}

TEST_F(AccountListsTest, TheListIsReadAtOnceWhileTheBuildBeforeIsUnderWay) {
  Begins(2, 1min, 30min);
  world_.Run(15min);
  ASSERT_THAT(ListedAt(), SizeIs(1));
  Begins(3, 1min, 30min);
  while (world_.Script("tag0").newest()->uuid != UuidOf(3)) world_.Run(1s);
  EXPECT_THAT(ListedAt(), SizeIs(2));
}

TEST_F(AccountListsTest, AListReadTwoMinutesAfterTheLastChangeIsNotReadAgain) {
  FailLatest(true);
  const Timestamp created = Begins(2, 1min);
  world_.Run(10min);
  FailLatest(false);
  world_.Run(2h);
  ASSERT_THAT(ListedAt(), SizeIs(1)) << "the build had ended 8 minutes before it was seen";
  EXPECT_GT(ListedAt()[0], created + 3min);
}

TEST_F(AccountListsTest, AListReadSoonerIsReadAgainTwoMinutesAfterTheLastChange) {
  FailLatest(true);
  const Timestamp created = Begins(2, 9min);
  world_.Run(10min);
  FailLatest(false);
  world_.Run(2h);
  ASSERT_THAT(ListedAt(), SizeIs(2));
  EXPECT_LT(ListedAt()[0], created + 3min) << "at once, after ten minutes without a look";
  EXPECT_EQ(ListedAt()[1], created + 1min + 2min);
}

TEST_F(AccountListsTest, AnEpisodeIsSettledOnlyAfterTheListThatIsOwed) {
  // The failure hides behind the success that ends it.
  Begins(2, 1min + 1s, 1s);
  builds().back().outcome = BuildOutcome::kFail;
  const Timestamp success = Begins(3, 1min + 6s, 1s) + 31s;
  world_.Run(success + 2min - world_.ApiNow());
  ASSERT_EQ(world_.Completed("tag0"), 1);
  EXPECT_EQ(Episodes(), 0);
  world_.Run(10min);
  EXPECT_EQ(world_.Completed("tag0", BuildOutcome::kFail), 1);
  EXPECT_EQ(Episodes(), 1) << "the length of 5 seconds is known, not lost";
}

TEST_F(AccountListsTest, NewsDuringAnAuditIsNotSettledByIt) {
  std::optional<Request> audit;
  while (!audit) {
    const auto step = world_.plan->Next(world_.now);
    if (const auto* request = std::get_if<Request>(&step)) {
      if (request->call.collector == Collector::kList) {
        audit = *request;
      } else {
        world_.plan->Complete(request->ticket, world_.AnswerTo(request->call), world_.now);
      }
    } else {
      world_.now = std::max(std::get<WaitUntil>(step).at, world_.now + 1ms);
    }
  }
  const auto answer = world_.AnswerTo(audit->call);
  Begins(2, 1s, 1s);  // hidden by the next one
  builds().back().outcome = BuildOutcome::kFail;
  Begins(3, 6s, 1s);
  while (world_.Completed("tag0") == 0) world_.Run(1s);
  world_.plan->Complete(audit->ticket, answer, world_.now);
  EXPECT_EQ(Episodes(), 0);
  world_.Run(10min);
  EXPECT_EQ(world_.Completed("tag0", BuildOutcome::kFail), 1);
  EXPECT_EQ(Episodes(), 1);
}

TEST_F(AccountListsTest, APlanThatTakesOverReadsTheListThatWasOwed) {
  Begins(2, 1min + 1s, 1s);
  Begins(3, 1min + 2s, 1s);
  world_.Run(2min + 40s);
  ASSERT_EQ(world_.Completed("tag0"), 1);
  ASSERT_THAT(ListedAt(), IsEmpty());
  world_.plan = std::make_unique<PollPlan>(world_.config, world_.tokens, *world_.ledger, world_.observer,
                                           [this] { return world_.jitter; });
  world_.Run(1min);
  EXPECT_EQ(world_.Completed("tag0"), 2);
}

TEST_F(AccountListsTest, APlanThatTakesOverReadsNoListThatWasNotOwed) {
  Begins(2, 1min);
  world_.Run(20min);
  world_.Forget();
  world_.plan = std::make_unique<PollPlan>(world_.config, world_.tokens, *world_.ledger, world_.observer,
                                           [this] { return world_.jitter; });
  world_.Run(1h);
  EXPECT_THAT(ListedAt(), IsEmpty());
}

TEST_F(AccountListsTest, AnInstantInTheFutureIsNotWaitedFor) {
  Begins(2, 1min, 1s);
  world_.edit = [](const Call&, CallResult& result) {
    auto* page = result.payload ? std::get_if<workers_builds::BuildPage>(&*result.payload) : nullptr;
    auto* latest = result.payload ? std::get_if<workers_builds::LatestBuilds>(&*result.payload) : nullptr;
    const auto falsify = [](workers_builds::Build& build) {
      if (build.uuid == UuidOf(2) && build.stopped_on) build.stopped_on = kT0 + 10000h;
    };
    if (page != nullptr) std::ranges::for_each(page->builds, falsify);
    if (latest != nullptr) std::ranges::for_each(*latest, [&](auto& shown) { falsify(shown.second); });
  };
  world_.Run(2h);
  EXPECT_LE(ListedAt().size(), 2u);
}

TEST_F(AccountListsTest, ALookAtTheListIsALookAtTheScript) {
  // A build under way behind a newer one is followed through the list at the interval, which latest then need not be.
  Begins(2, 1min, 40min);
  builds().push_back({.number = 3, .created = world_.ApiNow() + 2min, .run = 1s});
  world_.Run(10min);
  world_.Forget();
  world_.Run(20min);
  EXPECT_NEAR(static_cast<double>(world_.Count(Collector::kList)), 40, 2);
  EXPECT_LE(world_.Count(Collector::kLatest), 4u);
}

TEST_F(AccountListsTest, WhatIsKnownOnlyNowIsNotLateYet) {
  FailLatest(true);
  Begins(2, 1min);
  world_.Run(10min);
  FailLatest(false);
  while (world_.Script("tag0").newest()->uuid != UuidOf(2)) {
    const auto step = world_.plan->Next(world_.now);
    if (const auto* request = std::get_if<Request>(&step)) {
      world_.plan->Complete(request->ticket, world_.AnswerTo(request->call), world_.now);
    } else {
      world_.now = std::max(std::get<WaitUntil>(step).at, world_.now + 1ms);
    }
  }
  EXPECT_EQ(world_.plan->account(0).Lag(world_.now), 0ms) << "though its recheck was due six minutes ago";
}

TEST_F(AccountListsTest, ARefusedListIsAskedForNoSoonerForItsRecheck) {
  world_.fault = [](const Call& call) -> std::optional<workers_builds::Error> {
    if (call.collector != Collector::kList) return std::nullopt;
    return FakeAccount::ErrorOf(ErrorReason::kHttp4xx, 400);
  };
  for (std::uint32_t i = 0; i < 120; ++i) Begins(100 + i, 1min + i * 30s, 1s);
  world_.Run(1h);
  EXPECT_LE(world_.Count(Collector::kList), 8u) << "the wait doubles from 30 s on";
}

/// A script that is looked at more seldom than its interval, for there are too many.
TEST(StretchedLists, TheListWaitsAsWellWhileIntervalsAreStretched) {
  PlanWorld world;
  world.config.api.requests_per_5m = 80;
  world.accounts[0].AddScripts(400);
  std::uint32_t number = 0;
  for (const auto& [name, tag] : world.accounts[0].scripts) {
    world.accounts[0].builds[tag] = {{.number = ++number, .created = kT0 - 1h}};
  }
  world.Run(3h);
  ASSERT_GT(world.plan->account(0).EffectiveInterval(Tier::kRecent), 75s) << "more than two intervals of 30 s";
  world.Forget();
  world.accounts[0].builds["tag7"].push_back({.number = 1000, .created = world.ApiNow(), .run = 30min});
  while (world.Script("tag7").newest()->uuid != UuidOf(1000)) world.Run(1s);
  const MonoTime seen = world.now;
  while (world.Count(Collector::kList) == 0) world.Run(1s);
  EXPECT_GE(world.now, seen + 5min - 1s);
  EXPECT_LE(world.now, seen + 6min);
}

TEST(ListPriority, AnOwedListComesBeforeAudits) {
  PlanWorld world;
  world.config.api.requests_per_5m = 120;
  world.config.poll.audit_interval = 2min;
  world.accounts[0].AddScripts(100);
  std::uint32_t number = 0;
  for (const auto& [name, tag] : world.accounts[0].scripts) {
    world.accounts[0].builds[tag] = {{.number = ++number, .created = kT0 - 1h}};
  }
  world.Run(1h);
  ASSERT_GT(world.plan->account(0).Lag(world.now), 1min) << "audits are overdue";
  auto& builds = world.accounts[0].builds["tag7"];
  while (builds.size() == 1) {  // right after an audit of the script, so that the next one is far off
    world.Forget();
    world.Run(1s);
    for (const auto& asked : world.AskedOf(Collector::kList)) {
      if (asked.call.tags.front() == "tag7") builds.push_back({.number = 1000, .created = world.ApiNow() + 10s});
    }
  }
  world.Forget();
  world.Run(builds.back().stopped() + 2min + 15s - world.ApiNow());
  EXPECT_GT(world.Script("tag7").proven_to, builds.back().stopped());
}

}  // namespace
}  // namespace exporter::poll
