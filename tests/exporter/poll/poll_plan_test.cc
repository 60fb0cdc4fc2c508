#include "exporter/poll/poll_plan.h"

#include <gmock/gmock.h>

#include "tests/support/busiest_window.h"
#include "tests/support/plan_world.h"

namespace exporter::poll {
namespace {

using support::BusiestWindow;
using support::FakeAccount;
using support::kT0;
using support::PlanWorld;
using ::testing::SizeIs;
using workers_builds::Error;
using workers_builds::ErrorReason;
using namespace std::chrono_literals;

void MakeBusy(PlanWorld& world) {
  std::uint32_t number = 0;
  for (FakeAccount& account : world.accounts) {
    account.AddScripts(400);
    for (const auto& [name, tag] : account.scripts) account.builds[tag] = {{.number = ++number, .created = kT0 - 1h}};
  }
}

TEST(PollPlan, EveryRequestIsUnderTheBudgetOfItsToken) {
  PlanWorld world;
  world.config.api.requests_per_5m = 100;
  MakeBusy(world);
  int count = 0;
  world.fault = [&count](const Call&) -> std::optional<Error> {
    if (++count % 3 != 0) return std::nullopt;
    return FakeAccount::ErrorOf(ErrorReason::kTimeout);
  };
  world.Run(1h);
  EXPECT_LE(BusiestWindow(world.asked, &PlanWorld::Asked::at), 100u);
  EXPECT_GE(world.asked.size(), 1000u) << "and the budget is used";
  EXPECT_GT(world.plan->throttled(0, world.now), 10min);
}

TEST(PollPlan, ARestartReadsTheListThatWasNotReadToItsEnd) {
  PlanWorld world;
  FakeAccount& account = world.accounts.front();
  account.AddScripts(1);
  account.builds["tag0"] = {{.number = 1, .created = kT0 - 1h}};
  world.Run(10min);
  account.builds["tag0"].push_back({.number = 2, .created = kT0 + 10min + 1s});
  account.builds["tag0"].push_back({.number = 3, .created = kT0 + 10min + 2s});
  world.fault = [](const Call& call) -> std::optional<Error> {
    if (call.collector != Collector::kList) return std::nullopt;
    return FakeAccount::ErrorOf(ErrorReason::kConnect);
  };
  world.Run(5min);
  ASSERT_EQ(world.Completed("tag0"), 1) << "the newest build is known from latest";
  world.fault = {};
  world.Restart();
  world.Run(1min);
  EXPECT_EQ(world.Completed("tag0"), 2);
}

TEST(PollPlan, AccountsWithOneTokenShareItsBudgetFairly) {
  PlanWorld world(2);
  world.tokens = {0, 0};
  world.config.api.requests_per_5m = 100;
  MakeBusy(world);
  world.Run(1h);
  EXPECT_LE(BusiestWindow(world.asked, &PlanWorld::Asked::at), 100u);
  const auto first = std::ranges::count_if(world.asked, [](const auto& asked) { return asked.call.account == 0; });
  EXPECT_NEAR(static_cast<double>(first), static_cast<double>(world.asked.size()) / 2, 60);
  EXPECT_EQ(world.plan->budget(0).used(world.now), world.plan->budget(1).used(world.now));
}

TEST(PollPlan, AccountsWithTokensOfTheirOwnHaveABudgetEach) {
  PlanWorld world(2);
  world.config.api.requests_per_5m = 100;
  MakeBusy(world);
  world.Run(1h);
  EXPECT_GE(world.asked.size(), 2000u);
}

TEST(PollPlan, TheTroubleOfOneAccountChangesNothingForAnother) {
  const auto asked_of_the_first = [](std::optional<Error> trouble) {
    PlanWorld world(2);
    MakeBusy(world);
    world.fault = [trouble](const Call& call) { return call.account == 1 ? trouble : std::nullopt; };
    world.Run(30min);
    std::vector<std::pair<MonoTime, std::vector<std::string>>> asked;
    for (const auto& one : world.asked) {
      if (one.call.account == 0) asked.emplace_back(one.at, one.call.tags);
    }
    return asked;
  };
  const auto alone = asked_of_the_first(std::nullopt);
  for (const auto reason : {ErrorReason::kAuth, ErrorReason::kRateLimited, ErrorReason::kTimeout}) {
    EXPECT_EQ(asked_of_the_first(FakeAccount::ErrorOf(reason)), alone) << ToWord(reason);
  }
}

TEST(PollPlan, HasNoMoreCallsUnderWayThanTheConcurrency) {
  PlanWorld world;
  world.config.api.concurrency = 4;
  MakeBusy(world);
  world.Run(10s);
  int under_way = 0;
  MonoTime now = world.now + 1h;
  while (std::holds_alternative<Request>(world.plan->Next(now))) {
    ++under_way;
    now += 1min;
  }
  EXPECT_EQ(under_way, 4);
  EXPECT_TRUE(std::holds_alternative<WaitForAnswer>(world.plan->Next(now)));
}

TEST(PollPlan, AnUnknownOrLateTicketIsIgnored) {
  PlanWorld world;
  world.accounts[0].AddScripts(1);
  world.accounts[0].builds["tag0"] = {{.number = 1, .created = kT0 - 1h}};
  world.Start();
  const auto step = world.plan->Next(world.now);
  ASSERT_TRUE(std::holds_alternative<Request>(step));
  const auto& request = std::get<Request>(step);
  const auto answer = world.AnswerTo(request.call);
  EXPECT_TRUE(world.plan->Complete(request.ticket + 1, answer, world.now).changed.empty());
  EXPECT_FALSE(world.plan->Complete(request.ticket, answer, world.now).changed.empty());
  EXPECT_TRUE(world.plan->Complete(request.ticket, answer, world.now).changed.empty()) << "a second time";
  EXPECT_THAT(world.observer.answers, SizeIs(1));
}

TEST(PollPlan, A429WithoutRetryAfterBlocksTheTokenForFiveMinutes) {
  PlanWorld world(2);
  world.tokens = {0, 0};
  MakeBusy(world);
  world.Run(1min);
  world.Forget();
  bool refused = false;
  world.fault = [&refused](const Call&) -> std::optional<Error> {
    if (std::exchange(refused, true)) return std::nullopt;
    return FakeAccount::ErrorOf(ErrorReason::kRateLimited, 429);
  };
  world.Run(10min);
  ASSERT_GE(world.asked.size(), 2u);
  EXPECT_EQ(world.asked[1].at - world.asked[0].at, 300s) << "for both accounts of the token";
}

TEST(PollPlan, A429IsOverWhenRetryAfterSays) {
  PlanWorld world;
  MakeBusy(world);
  world.Run(1min);
  world.Forget();
  bool refused = false;
  world.fault = [&refused](const Call&) -> std::optional<Error> {
    if (std::exchange(refused, true)) return std::nullopt;
    Error error = FakeAccount::ErrorOf(ErrorReason::kRateLimited, 429);
    error.retry_after = 42s;
    return error;
  };
  world.Run(10min);
  ASSERT_GE(world.asked.size(), 2u);
  EXPECT_EQ(world.asked[1].at - world.asked[0].at, 42s);
}

TEST(PollPlan, TheHeadersOfTheServerHoldBackWhatIsLeft) {
  PlanWorld world;
  MakeBusy(world);
  world.edit = [](const Call&, CallResult& result) {
    result.meta.rate_limits = {{.policy = "default", .remaining = 100, .reset = 60s, .quota = 1200, .window = 300s}};
  };
  world.Run(10min);
  EXPECT_LE(world.asked.size(), 11u) << "the last tenth of the server's quota is left to others";
}

TEST(PollPlan, TheSameAnswersGiveTheSameRequests) {
  const auto run = [] {
    PlanWorld world(2);
    MakeBusy(world);
    world.Run(20min);
    std::vector<std::pair<MonoTime, std::vector<std::string>>> asked;
    for (const auto& one : world.asked) asked.emplace_back(one.at, one.call.tags);
    return asked;
  };
  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace exporter::poll
