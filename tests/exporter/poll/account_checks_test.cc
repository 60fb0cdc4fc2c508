#include <gmock/gmock.h>

#include "exporter/poll/account_plan.h"
#include "tests/support/plan_world.h"

namespace exporter::poll {
namespace {

using support::FakeAccount;
using support::kT0;
using support::PlanWorld;
using ::testing::IsEmpty;
using workers_builds::BuildPage;
using workers_builds::ErrorReason;
using workers_builds::LatestBuilds;
using namespace std::chrono_literals;

/// One script with 60 builds that are all older than the start and younger than the baseline.
class AccountChecks : public ::testing::Test {
 protected:
  AccountChecks() {
    world_.accounts[0].AddScripts(1);
    for (std::uint32_t i = 0; i < 60; ++i) {
      world_.accounts[0].builds["tag0"].push_back({.number = i, .created = kT0 - 10h - i * 1h});
    }
    world_.config.state.baseline = kT0 - 24h * 30;
  }

  PlanWorld world_;
};

TEST_F(AccountChecks, AScriptThatLatestLeavesOutOnceIsReadBackToTheBaseline) {
  bool once = false;
  world_.edit = [&once](const Call&, CallResult& result) {
    auto* latest = result.payload ? std::get_if<LatestBuilds>(&*result.payload) : nullptr;
    if (latest != nullptr && !std::exchange(once, true)) latest->clear();
  };
  world_.Run(30min);
  EXPECT_TRUE(once);
  EXPECT_EQ(world_.Completed("tag0"), 60);
  EXPECT_EQ(world_.observer.applied.late_builds, 0);
}

TEST_F(AccountChecks, AnEmptyListOfAScriptThatHasABuildProvesNothing) {
  bool once = false;
  world_.edit = [&once](const Call&, CallResult& result) {
    auto* page = result.payload ? std::get_if<BuildPage>(&*result.payload) : nullptr;
    if (page != nullptr && !std::exchange(once, true)) *page = {};
  };
  world_.Run(30min);
  EXPECT_TRUE(once);
  EXPECT_EQ(world_.Completed("tag0"), 60);
  EXPECT_THAT(world_.observer.gaps, IsEmpty());
}

TEST_F(AccountChecks, AnEmptyListHidesNoBuildThatWasNotReadYet) {
  world_.Run(10min);
  auto& builds = world_.accounts.front().builds["tag0"];
  builds.push_back({.number = 102, .created = kT0 + 10min + 1s});
  builds.push_back({.number = 103, .created = kT0 + 10min + 2s});
  world_.edit = [](const Call& call, CallResult& result) {
    if (call.collector == Collector::kList) result.payload = BuildPage{};
  };
  world_.Run(10min);
  world_.edit = {};
  world_.Run(1min);
  EXPECT_THAT(world_.observer.gaps, IsEmpty());
  EXPECT_EQ(world_.Completed("tag0"), 62);
}

TEST_F(AccountChecks, AnEmptyPageEndsNoWalkThatWasShownMore) {
  PlanWorld world;
  world.config.state.baseline = kT0 - 24h;
  world.accounts.front().AddScripts(1);
  for (std::uint32_t i = 1; i <= 450; ++i) {
    world.accounts.front().builds["tag0"].push_back({.number = i, .created = kT0 - 10h + i * 1min});
  }
  world.edit = [](const Call& call, CallResult& result) {
    if (call.page == 2) result.payload = BuildPage{};
  };
  world.Run(10min);
  EXPECT_FALSE(world.Script("tag0").walked);
  world.edit = {};
  world.Run(2min);
  EXPECT_EQ(world.Completed("tag0"), 450);
}

TEST_F(AccountChecks, AScriptThatLatestAndItsListLeaveOutIsReadAsAWholeAfterItsNextBuild) {
  int empty = 2;  // then it is built, before anybody looks again
  world_.edit = [&](const Call&, CallResult& result) {
    if (!result.payload || empty == 0) return;
    if (auto* latest = std::get_if<LatestBuilds>(&*result.payload)) {
      latest->clear();
      --empty;
    } else if (auto* page = std::get_if<BuildPage>(&*result.payload)) {
      *page = {};
      if (--empty == 0) world_.accounts.front().builds["tag0"].push_back({.number = 102, .created = kT0 + 10s});
    }
  };
  world_.Run(30min);
  EXPECT_EQ(empty, 0);
  EXPECT_EQ(world_.Completed("tag0"), 61);
}

TEST_F(AccountChecks, AListThatStaysEmptyAfterAWrongProofIsReadAgain) {
  bool lists_are_empty = true;
  bool latest_is_empty = true;
  world_.accounts.front().builds["tag0"].push_back({.number = 102, .created = kT0 - 5min});
  world_.edit = [&](const Call&, CallResult& result) {
    if (!result.payload) return;
    if (auto* latest = std::get_if<LatestBuilds>(&*result.payload); latest != nullptr && latest_is_empty) {
      latest->clear();
    } else if (auto* page = std::get_if<BuildPage>(&*result.payload); page != nullptr && lists_are_empty) {
      *page = {};
      latest_is_empty = false;
    }
  };
  world_.Run(20min);
  EXPECT_EQ(world_.Completed("tag0"), 1) << "only latest shows builds";
  lists_are_empty = false;
  world_.Run(2 * world_.config.poll.interval);
  EXPECT_EQ(world_.Completed("tag0"), 61);
}

TEST_F(AccountChecks, AScriptThatLatestAndItsListLeaveOutIsReadOnceABuildShowsUp) {
  int empty = 2;
  world_.edit = [&empty](const Call&, CallResult& result) {
    if (!result.payload || empty == 0) return;
    if (auto* latest = std::get_if<LatestBuilds>(&*result.payload)) {
      latest->clear();
      --empty;
    } else if (auto* page = std::get_if<BuildPage>(&*result.payload)) {
      *page = {};
      --empty;
    }
  };
  world_.Run(30min);
  EXPECT_EQ(empty, 0);
  EXPECT_EQ(world_.Completed("tag0"), 60);
}

TEST_F(AccountChecks, OneWrongDateDoesNotMoveTheTime) {
  world_.Run(5min);
  bool once = false;
  world_.edit = [&once](const Call&, CallResult& result) {
    if (!std::exchange(once, true)) result.meta.date = kT0 + 24h * 365;
  };
  world_.Run(1min);
  EXPECT_TRUE(once);
  EXPECT_EQ(world_.plan->account(0).ApiTime(world_.now), world_.ApiNow());
}

TEST_F(AccountChecks, ATimeThatTwoAnswersAgreeOnIsTaken) {
  world_.Run(5min);
  world_.edit = [this](const Call&, CallResult& result) { result.meta.date = world_.ApiNow() + 24h; };
  world_.Run(5min);
  EXPECT_EQ(world_.plan->account(0).ApiTime(world_.now), world_.ApiNow() + 24h);
}

TEST(AccountPlanRecovery, OneAbsurdRateLimitDoesNotEndThePolling) {
  PlanWorld world;
  world.accounts[0].AddScripts(1);
  bool once = false;
  world.edit = [&once](const Call&, CallResult& result) {
    if (std::exchange(once, true)) return;
    workers_builds::RateLimit limit;
    limit.remaining = 0;
    limit.reset = std::chrono::seconds(1'000'000'000);
    result.meta.rate_limits = {limit};
  };
  world.Run(4min);
  EXPECT_EQ(world.asked.size(), 1U);
  EXPECT_GT(world.plan->account(0).Lag(world.now), 3min) << "the first calls wait since the start";
  EXPECT_GT(world.plan->throttled(0, world.now), 3min) << "while it lasts, too";
  world.Run(6min);
  EXPECT_TRUE(world.plan->account(0).Up(world.now));
}

TEST(AccountPlanRecovery, TheTokenIsCheckedAgainUntilItWorks) {
  PlanWorld world;
  world.accounts[0].AddScripts(1);
  world.fault = [](const Call& call) -> std::optional<workers_builds::Error> {
    if (call.collector != Collector::kVerify) return std::nullopt;
    return FakeAccount::ErrorOf(ErrorReason::kConnect);
  };
  world.Run(10min);
  world.fault = nullptr;
  world.Forget();
  world.Run(10min);
  EXPECT_EQ(world.Count(Collector::kVerify), 1U);
}

TEST(AccountPlanRecovery, WithoutATokenNobodyIsAskedWhoseItIs) {
  PlanWorld world;
  world.accounts[0].AddScripts(1);
  world.fault = [](const Call&) { return FakeAccount::ErrorOf(ErrorReason::kAuth, 0); };
  world.Run(2min);
  EXPECT_THAT(world.observer.diagnoses, IsEmpty()) << "the error itself says that the file cannot be read";
  for (const auto& asked : world.AskedOf(Collector::kVerify)) EXPECT_FALSE(asked.call.account_token);
}

TEST(AccountPlanRecovery, NewsThatAnAuditWasWaitedForIsReadAsNews) {
  PlanWorld world;
  world.accounts[0].AddScripts(1);
  world.config.api.max_retries = 1;
  world.Run(10min);
  auto& builds = world.accounts[0].builds["tag0"];
  for (std::uint32_t i = 0; i < 40; ++i) builds.push_back({.number = i, .created = world.ApiNow() + i * 30s});
  world.Run(22min);
  ASSERT_EQ(world.Completed("tag0"), 40);
  // The look for late arrivals fails, its second try five minutes later, too; a new build shows up in between.
  world.fault = [](const Call& call) -> std::optional<workers_builds::Error> {
    if (call.collector != Collector::kList) return std::nullopt;
    auto error = FakeAccount::ErrorOf(ErrorReason::kHttp5xx, 500);
    if (call.attempt == 0) error.retry_after = 5min;
    return error;
  };
  world.Run(2min);
  builds.push_back({.number = 100, .created = world.ApiNow()});
  world.Run(6min);
  world.fault = nullptr;
  world.Forget();
  world.Run(8min);
  const auto lists = world.AskedOf(Collector::kList);
  const bool reads_on = std::ranges::any_of(lists, [](const auto& asked) { return asked.call.per_page == 200; });
  EXPECT_TRUE(reads_on) << "an audit stops at its first page; news is read until it is proved";
}

}  // namespace
}  // namespace exporter::poll
