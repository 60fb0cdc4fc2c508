#include <gmock/gmock.h>

#include <set>

#include "exporter/poll/account_plan.h"
#include "tests/support/plan_world.h"

namespace exporter::poll {
namespace {

using support::BuildLife;
using support::FakeAccount;
using support::kT0;
using support::PlanWorld;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using workers_builds::Error;
using workers_builds::ErrorReason;
using namespace std::chrono_literals;

class AccountErrorsTest : public ::testing::Test {
 protected:
  AccountErrorsTest() {
    world_.accounts[0].AddScripts(20);
    world_.fault = [this](const Call& call) -> std::optional<Error> {
      const auto broken = broken_.find(call.collector);
      if (broken == broken_.end()) return std::nullopt;
      return broken->second(call);
    };
  }

  /// From now on, every call of the collector fails.
  void Break(Collector collector, ErrorReason reason, int status = 0) {
    broken_[collector] = [reason, status](const Call&) { return FakeAccount::ErrorOf(reason, status); };
  }

  PlanWorld world_;
  std::map<Collector, std::function<std::optional<Error>(const Call&)>> broken_;
};

TEST_F(AccountErrorsTest, RetriesWithGrowingBackoffAndThenGivesUpUntilTheNextTurn) {
  world_.Run(1min);
  world_.Forget();
  Break(Collector::kLimits, ErrorReason::kHttp5xx, 502);
  world_.Run(65s);
  const auto asked = world_.AskedOf(Collector::kLimits);
  ASSERT_GE(asked.size(), 4u) << "one call and three retries";
  for (int attempt = 0; attempt < 4; ++attempt)
    EXPECT_EQ(asked[static_cast<std::size_t>(attempt)].call.attempt, attempt);
  // Full jitter, which is always a half here, of 1, 2 and 4 seconds.
  EXPECT_EQ(asked[1].at - asked[0].at, 500ms);
  EXPECT_EQ(asked[2].at - asked[1].at, 1s);
  EXPECT_EQ(asked[3].at - asked[2].at, 2s);
  EXPECT_GE(world_.observer.retries.size(), 3u);
  for (const auto& [call, reason] : world_.observer.retries) EXPECT_EQ(reason, ErrorReason::kHttp5xx);
  EXPECT_THAT(world_.observer.ErrorsOf(Collector::kLimits), ElementsAre(ErrorReason::kHttp5xx))
      << "the collector failed once, after its retries";
}

TEST_F(AccountErrorsTest, ARetryThatWorksIsNoFailure) {
  broken_[Collector::kLatest] = [](const Call& call) -> std::optional<Error> {
    if (call.attempt > 1) return std::nullopt;
    return FakeAccount::ErrorOf(ErrorReason::kTimeout);
  };
  world_.Run(1min);
  EXPECT_THAT(world_.observer.ErrorsOf(Collector::kLatest), IsEmpty());
  EXPECT_THAT(world_.observer.retries, SizeIs(2));
}

TEST_F(AccountErrorsTest, WhatIsRetriedIsWhatMayPass) {
  const std::map<ErrorReason, bool> retried = {
      {ErrorReason::kTimeout, true},   {ErrorReason::kConnect, true}, {ErrorReason::kHttp5xx, true},
      {ErrorReason::kDecode, true},    {ErrorReason::kSchema, true},  {ErrorReason::kRateLimited, true},
      {ErrorReason::kTls, true},       {ErrorReason::kAuth, false},   {ErrorReason::kForbidden, false},
      {ErrorReason::kNotFound, false}, {ErrorReason::kHttp4xx, false}};
  for (const auto& [reason, expected] : retried) {
    PlanWorld world;
    world.accounts[0].AddScripts(1);
    world.fault = [reason = reason](const Call& call) -> std::optional<Error> {
      if (call.collector != Collector::kLimits) return std::nullopt;
      return FakeAccount::ErrorOf(reason);
    };
    world.Run(20min);
    EXPECT_EQ(!world.observer.retries.empty(), expected) << ToWord(reason);
  }
}

TEST_F(AccountErrorsTest, RetryAfterIsWaitedFor) {
  broken_[Collector::kLimits] = [](const Call&) {
    Error error = FakeAccount::ErrorOf(ErrorReason::kHttp5xx, 503);
    error.retry_after = 20s;
    return error;
  };
  world_.Run(1min);
  const auto asked = world_.AskedOf(Collector::kLimits);
  ASSERT_GE(asked.size(), 2u);
  EXPECT_GE(asked[1].at - asked[0].at, 20s);
}

TEST_F(AccountErrorsTest, A4xxIsSplitInHalvesUntilTheBadTagIsAlone) {
  for (const auto reason : {ErrorReason::kHttp4xx, ErrorReason::kNotFound}) {
    PlanWorld world;
    world.accounts[0].AddScripts(20);
    std::set<std::string> answered;
    world.fault = [&answered, reason](const Call& call) -> std::optional<Error> {
      if (call.collector != Collector::kLatest) return std::nullopt;
      if (std::ranges::find(call.tags, "tag7") != call.tags.end()) return FakeAccount::ErrorOf(reason, 400);
      answered.insert(call.tags.begin(), call.tags.end());
      return std::nullopt;
    };
    world.Run(20s);
    EXPECT_EQ(answered.size(), 19u) << "all others have their answer, " << ToWord(reason);
    EXPECT_LE(world.Count(Collector::kLatest), 11u) << ToWord(reason);
    world.Run(24h);
    std::size_t alone = 0;
    for (const auto& asked : world.AskedOf(Collector::kLatest)) {
      if (asked.call.tags == std::vector<std::string>{"tag7"}) ++alone;
    }
    EXPECT_GE(alone, 24u) << "it is tried again, " << ToWord(reason);
    EXPECT_LE(alone, 40u) << "it backs off, " << ToWord(reason);
  }
}

TEST_F(AccountErrorsTest, A401PausesTheWholeAccountForSomeMinutes) {
  world_.Run(1min);
  Break(Collector::kLimits, ErrorReason::kAuth, 401);
  world_.Run(61s);
  world_.Forget();
  world_.Run(100s);
  for (const auto& asked : world_.asked) EXPECT_EQ(asked.call.collector, Collector::kVerify);
  broken_.clear();
  world_.Run(10min);
  EXPECT_GT(world_.Count(Collector::kLimits), 5u) << "it works again";
  EXPECT_GT(world_.Count(Collector::kLatest), 0u);
}

TEST_F(AccountErrorsTest, A401AlsoHoldsBackTheRetriesOfOtherCalls) {
  world_.config.api.max_retries = 10;
  world_.config.poll.idle_interval = 30s;
  world_.jitter = 0.999;
  world_.Run(1min);
  Break(Collector::kLatest, ErrorReason::kHttp5xx, 500);
  world_.Run(58s);
  Break(Collector::kLimits, ErrorReason::kAuth, 401);
  world_.Run(5s);
  ASSERT_THAT(world_.observer.ErrorsOf(Collector::kLimits), SizeIs(1));
  world_.Forget();
  world_.Run(2min);
  EXPECT_EQ(world_.Count(Collector::kLatest), 0u);
  world_.Run(3min);
  EXPECT_GT(world_.Count(Collector::kLatest), 0u) << "they go when the pause ends";
}

TEST_F(AccountErrorsTest, AnAccountOwnedTokenIsCalledByItsName) {
  for (const auto collector : {Collector::kLatest, Collector::kLimits}) Break(collector, ErrorReason::kAuth, 401);
  broken_[Collector::kVerify] = [](const Call& call) -> std::optional<Error> {
    if (call.account_token) return std::nullopt;
    return FakeAccount::ErrorOf(ErrorReason::kAuth, 401);
  };
  world_.Run(1min);
  ASSERT_FALSE(world_.observer.diagnoses.empty());
  for (const auto& [account, diagnosis] : world_.observer.diagnoses) {
    EXPECT_THAT(diagnosis, HasSubstr("owned by the account"));
    EXPECT_THAT(diagnosis, HasSubstr("user token"));
  }
}

TEST_F(AccountErrorsTest, ATokenThatNobodyKnowsIsMistypedDeletedOrRolled) {
  for (const auto collector : kCollectors) Break(collector, ErrorReason::kAuth, 401);
  world_.Run(1min);
  ASSERT_FALSE(world_.observer.diagnoses.empty());
  EXPECT_THAT(world_.observer.diagnoses[0].second, HasSubstr("mistyped"));
}

TEST_F(AccountErrorsTest, ATokenThatIsNotActiveIsNamedWithItsStatus) {
  Break(Collector::kDiscovery, ErrorReason::kAuth, 401);
  world_.edit = [](const Call& call, CallResult& result) {
    if (call.collector == Collector::kVerify) std::get<workers_builds::TokenStatus>(*result.payload).status = "expired";
  };
  world_.Run(1min);
  ASSERT_FALSE(world_.observer.diagnoses.empty());
  EXPECT_THAT(world_.observer.diagnoses[0].second, HasSubstr("expired"));
}

TEST_F(AccountErrorsTest, A403PausesOneCollectorAndSaysWhichPermissionIsMissing) {
  world_.accounts[0].builds["tag0"] = {{.number = 1, .created = kT0 - 1h, .run = 1000h}};
  Break(Collector::kList, ErrorReason::kForbidden, 403);
  world_.Run(9min);
  EXPECT_EQ(world_.Count(Collector::kList), 3u) << "once every three minutes";
  EXPECT_GT(world_.Count(Collector::kLatest), 50u);
  EXPECT_GT(world_.Count(Collector::kLimits), 8u);
  ASSERT_FALSE(world_.observer.diagnoses.empty());
  EXPECT_THAT(world_.observer.diagnoses[0].second, HasSubstr("Workers CI Read"));
}

TEST_F(AccountErrorsTest, A403ForDiscoveryAsksForTheRightToReadScripts) {
  Break(Collector::kDiscovery, ErrorReason::kForbidden, 403);
  world_.Run(1min);
  ASSERT_FALSE(world_.observer.diagnoses.empty());
  EXPECT_THAT(world_.observer.diagnoses[0].second, HasSubstr("Workers Scripts Read"));
}

TEST_F(AccountErrorsTest, TagsOfTheConfigurationAreWatchedWithoutDiscovery) {
  world_.config.accounts[0].scripts.tags = {"tag3"};
  Break(Collector::kDiscovery, ErrorReason::kForbidden, 403);
  world_.accounts[0].builds["tag3"] = {{.number = 1, .created = kT0 + 1min}};
  world_.Run(10min);
  EXPECT_EQ(world_.Completed("tag3"), 1);
  EXPECT_EQ(world_.Script("tag3").name, "tag3") << "its name is not known";
  EXPECT_FALSE(world_.plan->account(0).Up(world_.now));
  broken_.clear();
  world_.Run(10min);
  EXPECT_EQ(world_.Script("tag3").name, "script3");
  EXPECT_EQ(world_.plan->account(0).watched_scripts(), 20u);
}

TEST_F(AccountErrorsTest, OneScriptsListThatIsNotFoundBacksOffAndIsNoFailureOfTheCollector) {
  world_.accounts[0].scripts.resize(1);
  world_.accounts[0].builds["tag0"] = {{.number = 1, .created = kT0 - 1h}};
  Break(Collector::kList, ErrorReason::kNotFound, 404);
  world_.Run(24h);
  EXPECT_THAT(world_.observer.ErrorsOf(Collector::kList), IsEmpty());
  EXPECT_GE(world_.Count(Collector::kList), 20u);
  EXPECT_LE(world_.Count(Collector::kList), 60u);
}

TEST_F(AccountErrorsTest, AnOutageIsNoReasonToBackOffFromTheOnlyScript) {
  world_.accounts[0].scripts.resize(1);
  Break(Collector::kLatest, ErrorReason::kHttp5xx, 500);
  world_.Run(6h);
  broken_.clear();
  world_.Forget();
  world_.Run(1min);
  EXPECT_GE(world_.Count(Collector::kLatest), 1u) << "it is asked again at the interval";
}

TEST_F(AccountErrorsTest, AWalkThatFailsProvesNothingAndStartsOver) {
  world_.config.state.baseline = kT0 - 24h;
  auto& builds = world_.accounts[0].builds["tag0"];
  for (std::uint32_t i = 0; i < 250; ++i) builds.push_back({.number = i, .created = kT0 - 20h + i * 1min});
  broken_[Collector::kList] = [](const Call& call) -> std::optional<Error> {
    if (call.page == 1) return std::nullopt;
    return FakeAccount::ErrorOf(ErrorReason::kHttp5xx, 500);
  };
  world_.Run(2min);
  EXPECT_FALSE(world_.Script("tag0").walked);
  EXPECT_GT(world_.Completed("tag0"), 100) << "what was read is merged";
  broken_.clear();
  world_.Run(10min);
  EXPECT_TRUE(world_.Script("tag0").walked);
  EXPECT_EQ(world_.Completed("tag0"), 250);
}

TEST_F(AccountErrorsTest, ACallThatWasGivenUpIsAskedAgainAndIsNoError) {
  int given_up = 0;
  broken_[Collector::kLatest] = [&given_up](const Call&) -> std::optional<Error> {
    if (given_up++ > 0) return std::nullopt;
    return FakeAccount::ErrorOf(ErrorReason::kCancelled);
  };
  world_.Run(30s);
  EXPECT_GE(world_.Count(Collector::kLatest), 2u);
  EXPECT_THAT(world_.observer.ErrorsOf(Collector::kLatest), IsEmpty());
}

}  // namespace
}  // namespace exporter::poll
