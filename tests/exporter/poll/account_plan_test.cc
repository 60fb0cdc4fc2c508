#include "exporter/poll/account_plan.h"

#include <gmock/gmock.h>

#include <set>

#include "tests/support/plan_world.h"

namespace exporter::poll {
namespace {

using support::BuildLife;
using support::kT0;
using support::PlanWorld;
using ::testing::Each;
using ::testing::Field;
using ::testing::SizeIs;
using namespace std::chrono_literals;

/// A build that does not stop for long.
BuildLife Endless(std::uint32_t number, Timestamp created) {
  return {.number = number, .created = created, .run = 1000h};
}

std::vector<Call> Calls(const std::vector<PlanWorld::Asked>& asked) {
  std::vector<Call> calls;
  for (const auto& one : asked) calls.push_back(one.call);
  return calls;
}

TEST(AccountPlan, AsksForTheScriptsBeforeAnythingElse) {
  PlanWorld world;
  world.accounts[0].AddScripts(3);
  world.Run(1s);
  ASSERT_FALSE(world.asked.empty());
  EXPECT_EQ(world.asked[0].call.collector, Collector::kDiscovery);
  EXPECT_EQ(world.asked[0].at, PlanWorld::kStart);
}

TEST(AccountPlan, ALatestCallAlwaysCarriesTheTwentyThatAreNextDue) {
  PlanWorld world;
  world.accounts[0].AddScripts(45);
  world.accounts[0].builds["tag7"] = {Endless(1, kT0 - 1h)};
  world.Run(20min);
  const auto calls = Calls(world.AskedOf(Collector::kLatest));
  EXPECT_THAT(calls, Each(Field(&Call::scripts, SizeIs(20))));
  EXPECT_GT(calls.size(), 60u) << "tag7 is active";
  std::map<std::string, int> times;
  for (const Call& call : calls) {
    EXPECT_EQ(std::set(call.tags.begin(), call.tags.end()).size(), 20u) << "a script twice in one call";
    for (const auto& tag : call.tags) ++times[tag];
  }
  for (const auto& [name, tag] : world.accounts[0].scripts) EXPECT_GE(times[tag], 4) << tag;
}

TEST(AccountPlan, EachTierIsAskedAtItsInterval) {
  const auto asked_in_an_hour = [](std::vector<BuildLife> builds) {
    PlanWorld world;
    world.accounts[0].AddScripts(1);
    world.accounts[0].builds["tag0"] = std::move(builds);
    world.Run(10min);
    world.Forget();
    world.Run(1h);
    return world.Count(Collector::kLatest);
  };
  EXPECT_NEAR(static_cast<double>(asked_in_an_hour({Endless(1, kT0 - 1h)})), 360, 1);
  EXPECT_NEAR(static_cast<double>(asked_in_an_hour({{.number = 1, .created = kT0 - 1h}})), 120, 1);
  EXPECT_NEAR(static_cast<double>(asked_in_an_hour({{.number = 1, .created = kT0 - 48h}})), 12, 1);
  EXPECT_NEAR(static_cast<double>(asked_in_an_hour({})), 12, 1);
}

TEST(AccountPlan, TheJitterOfACallGoesToBothSidesOfTheInterval) {
  const auto gap = [](double jitter) {
    PlanWorld world;
    world.jitter = jitter;
    world.accounts[0].AddScripts(1);
    world.Run(1h);
    const auto latest = world.AskedOf(Collector::kLatest);
    return latest[2].at - latest[1].at;
  };
  EXPECT_EQ(gap(0), 285s) << "of 5 minutes";
  EXPECT_EQ(gap(1), 315s);
}

TEST(AccountPlan, ScriptsThatWereAskedTogetherStayTogether) {
  PlanWorld world;
  world.accounts[0].AddScripts(20);
  world.Run(1h);
  EXPECT_LE(world.Count(Collector::kLatest), 14u) << "20 idle scripts are one call every 5 minutes";
}

TEST(AccountPlan, EveryScriptsFirstPageIsReadAgainWithinTheAuditInterval) {
  PlanWorld world;
  world.config.poll.audit_interval = 1h;
  world.accounts[0].AddScripts(3);
  world.accounts[0].builds["tag0"] = {{.number = 1, .created = kT0 - 100h}};
  world.accounts[0].builds["tag1"] = {{.number = 2, .created = kT0 - 1h}};
  world.Run(10min);
  for (int round = 0; round < 3; ++round) {
    world.Forget();
    world.Run(61min);
    std::map<std::string, int> times;
    for (const auto& asked : world.AskedOf(Collector::kList)) ++times[asked.call.tags.front()];
    for (const auto& [name, tag] : world.accounts[0].scripts) EXPECT_EQ(times[tag], 1) << tag << ", round " << round;
  }
}

TEST(AccountPlan, AHiddenOpenBuildIsFollowedThroughTheListAtTheInterval) {
  PlanWorld world;
  world.accounts[0].AddScripts(1);
  const BuildLife production{.number = 1, .created = kT0 - 2min, .run = 30min};
  const BuildLife preview{.number = 2, .created = kT0 - 1min, .branches = {"*"}, .run = 1s};
  world.accounts[0].builds["tag0"] = {production, preview};
  world.Run(10min);
  world.Forget();
  world.Run(10min);
  EXPECT_NEAR(static_cast<double>(world.Count(Collector::kList)), 20, 2);
  world.Run(10min);
  EXPECT_EQ(world.Completed("tag0"), 1) << "the green preview hid the production build";
  world.Forget();
  world.Run(10min);
  EXPECT_LE(world.Count(Collector::kList), 1u) << "nothing is hidden any more";
}

TEST(AccountPlan, AHiddenOpenBuildOfABusyScriptIsFollowedNoFaster) {
  PlanWorld world;
  world.accounts[0].AddScripts(1);
  auto& builds = world.accounts[0].builds["tag0"];
  for (std::uint32_t i = 0; i < 60; ++i) builds.push_back({.number = 100 + i, .created = kT0 - 50min + i * 50s});
  builds.push_back(Endless(1, kT0 - 51min));
  world.Run(1min);
  world.Forget();
  world.Run(4min);
  // 60 builds within the overlap of an hour: a walk takes two pages.
  EXPECT_GE(world.Count(Collector::kList), 14u);
  EXPECT_LE(world.Count(Collector::kList), 20u);
}

TEST(AccountPlan, AnOpenBuildThatLatestDoesNotShowIsFollowedThroughTheList) {
  PlanWorld world;
  world.accounts[0].AddScripts(1);
  const BuildLife open = Endless(1, kT0 - 1min);
  world.accounts[0].builds["tag0"] = {open};
  world.Run(1min);
  world.edit = [](const Call& call, CallResult& result) {
    if (call.collector == Collector::kLatest) result.payload = workers_builds::LatestBuilds{};
  };
  world.Forget();
  world.Run(5min);
  // The interval, and up to the active interval until the next latest answer lacks it again.
  EXPECT_GE(world.Count(Collector::kList), 7u);
  EXPECT_LE(world.Count(Collector::kList), 10u);
}

TEST(AccountPlan, OneWalkIsNeverDrivenTwice) {
  // The look for late arrivals falls due while a list is still waited for: it must not ask for the same page.
  PlanWorld world;
  world.accounts[0].AddScripts(1);
  world.accounts[0].builds["tag0"] = {{.number = 1, .created = kT0 + 1min}};
  world.Run(6min);
  ASSERT_EQ(world.Completed("tag0"), 1);
  world.fault = [](const Call& call) -> std::optional<workers_builds::Error> {
    if (call.collector != Collector::kList || call.attempt > 0) return std::nullopt;
    auto error = support::FakeAccount::ErrorOf(workers_builds::ErrorReason::kTimeout);
    error.retry_after = 10min;
    return error;
  };
  world.Forget();
  world.accounts[0].builds["tag0"].push_back({.number = 2, .created = world.ApiNow()});
  world.Run(9min);
  EXPECT_EQ(world.Count(Collector::kList), 1u);
  world.Run(5min);
  EXPECT_EQ(world.Completed("tag0"), 2);
}

TEST(AccountPlan, FirstWalksHaveAQuarterOfTheBudget) {
  PlanWorld world;
  world.config.api.requests_per_5m = 120;
  world.config.state.baseline = kT0 - 24h;
  world.accounts[0].AddScripts(1200);
  std::uint32_t number = 0;
  for (const auto& [name, tag] : world.accounts[0].scripts) {
    world.accounts[0].builds[tag] = {{.number = ++number, .created = kT0 - 2h}};
  }
  world.Run(15min);
  world.Forget();
  world.Run(15min);
  const auto walks = static_cast<double>(world.Count(Collector::kList));
  const auto all = static_cast<double>(world.asked.size());
  EXPECT_GE(walks / all, 0.24) << "though latest alone would take the whole budget";
  EXPECT_GT(world.Count(Collector::kLatest), 20u) << "and the look for new builds goes on";
}

TEST(AccountPlan, UpNeedsDiscoveryAndBuildsThatAreFresh) {
  PlanWorld world;
  world.accounts[0].AddScripts(1);
  world.accounts[0].builds["tag0"] = {{.number = 1, .created = kT0 - 1h}};
  std::optional<Collector> broken;
  world.fault = [&broken](const Call& call) -> std::optional<workers_builds::Error> {
    if (broken != call.collector && !(broken == Collector::kLatest && call.collector == Collector::kList)) return {};
    return support::FakeAccount::ErrorOf(workers_builds::ErrorReason::kHttp5xx, 500);
  };
  const auto up = [&world] { return world.plan->account(0).Up(world.now); };
  world.Start();
  EXPECT_FALSE(up()) << "before the first answer";
  world.Run(10min);
  EXPECT_TRUE(up());

  broken = Collector::kLatest;
  world.Run(85s);
  EXPECT_TRUE(up()) << "less than two minutes without a look at the builds";
  world.Run(60s);
  EXPECT_FALSE(up());
  broken = Collector::kDiscovery;
  world.Run(5min);
  EXPECT_TRUE(up()) << "discovery is stale after three of its intervals";
  world.Run(16min);
  EXPECT_FALSE(up());
  broken.reset();
  world.Run(3min);
  EXPECT_TRUE(up());
}

TEST(AccountPlan, WhenTheBudgetDoesNotCarryTheWorkIntervalsStretchAndNobodyStarves) {
  PlanWorld world;
  world.config.api.requests_per_5m = 60;
  world.config.poll.audit_interval = 6h;
  world.accounts[0].AddScripts(1000);
  std::uint32_t number = 0;
  for (const auto& [name, tag] : world.accounts[0].scripts) {
    world.accounts[0].builds[tag] = {{.number = ++number, .created = kT0 - 2h}};
  }
  world.Run(8h);
  ASSERT_EQ(std::ranges::count_if(world.accounts[0].scripts,
                                  [&world](const auto& script) { return !world.Script(script.second).walked; }),
            0)
      << "the first walks are done";
  world.Forget();
  EXPECT_GT(world.plan->account(0).EffectiveInterval(Tier::kRecent), 2min) << "50 calls every 30 s would be needed";
  world.Run(1h);
  std::set<std::string> seen;
  for (const auto& asked : world.AskedOf(Collector::kLatest))
    seen.insert(asked.call.tags.begin(), asked.call.tags.end());
  EXPECT_EQ(seen.size(), 1000u);
  EXPECT_NEAR(static_cast<double>(world.Count(Collector::kLimits)), 60, 3);
  EXPECT_NEAR(static_cast<double>(world.Count(Collector::kDiscovery)), 12, 1);
  EXPECT_GT(world.Count(Collector::kList), 10u) << "audits come last, but they come";
  EXPECT_TRUE(world.plan->account(0).Up(world.now)) << "three of the effective intervals";
}

TEST(AccountPlan, LagIsHowLateTheMostOverdueWorkIs) {
  PlanWorld world;
  world.accounts[0].AddScripts(1);
  world.Run(2min);
  EXPECT_EQ(world.plan->account(0).Lag(world.now), 0ms);
  const auto due = world.plan->account(0).FirstDueAt();
  ASSERT_TRUE(due.has_value());
  EXPECT_EQ(world.plan->account(0).Lag(*due + 7s), 7s);
}

}  // namespace
}  // namespace exporter::poll
