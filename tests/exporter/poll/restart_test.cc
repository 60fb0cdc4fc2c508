#include <gmock/gmock.h>

#include <chrono>

#include "tests/support/busiest_window.h"
#include "tests/support/plan_world.h"

namespace exporter::poll {
namespace {

using support::BuildLife;
using support::BusiestWindow;
using support::EndedAt;
using support::kT0;
using support::PlanWorld;
using ::testing::Each;
using ::testing::Field;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

TEST(Restart, TheScriptsOfTheStateAreLookedAtWithoutDiscovery) {
  PlanWorld world;
  world.accounts[0].AddScripts(3);
  world.Run(1min);
  world.Restart();
  world.Forget();
  world.fault = [](const Call& call) -> std::optional<workers_builds::Error> {
    if (call.collector != Collector::kDiscovery) return std::nullopt;
    return support::FakeAccount::ErrorOf(workers_builds::ErrorReason::kHttp5xx, 500);
  };
  world.accounts[0].builds["tag1"] = {EndedAt(1, 30s)};
  world.Run(1min);
  EXPECT_EQ(world.Completed("tag1"), 1);
}

TEST(Restart, WhatStoppedMeanwhileIsCountedOnce) {
  PlanWorld world;
  world.accounts[0].AddScripts(1);
  world.accounts[0].builds["tag0"] = {EndedAt(1, 2min), EndedAt(2, 20min), EndedAt(3, 21min)};
  world.Run(10min);
  EXPECT_EQ(world.Completed("tag0"), 1);
  world.now += 30min;
  world.Restart();
  world.Run(10min);
  EXPECT_EQ(world.Completed("tag0"), 3);
}

TEST(Restart, AWalkThatWasCutShortBeginsAnew) {
  PlanWorld world;
  world.config.state.baseline = kT0 - 24h;
  world.accounts[0].AddScripts(1);
  for (std::uint32_t number = 1; number <= 300; ++number) {
    world.accounts[0].builds["tag0"].push_back(EndedAt(number, -static_cast<int>(number) * 4min));
  }
  int pages = 0;
  world.fault = [&pages](const Call& call) -> std::optional<workers_builds::Error> {
    if (call.collector != Collector::kList || ++pages <= 2) return std::nullopt;
    return support::FakeAccount::ErrorOf(workers_builds::ErrorReason::kTimeout);
  };
  world.Run(1min);
  ASSERT_FALSE(world.Script("tag0").walked);
  world.fault = nullptr;
  world.Restart();
  world.Run(10min);
  EXPECT_TRUE(world.Script("tag0").walked);
  EXPECT_EQ(world.Completed("tag0"), 300);
}

TEST(Restart, NoWindowExceedsTheBudgetHoweverOftenTheProcessEnds) {
  PlanWorld world;
  world.config.api.requests_per_5m = 60;
  world.accounts[0].AddScripts(400);
  for (int restart = 0; restart < 100; ++restart) {
    world.Run(std::chrono::seconds(restart % 17));
    world.Restart();
  }
  EXPECT_LE(BusiestWindow(world.asked, &PlanWorld::Asked::at), 60U);
  EXPECT_GT(world.asked.size(), 60U) << "and it goes on asking";
}

TEST(Restart, ABlockOutlivesTheProcess) {
  PlanWorld world;
  world.accounts[0].AddScripts(1);
  world.fault = [](const Call&) -> std::optional<workers_builds::Error> {
    return support::FakeAccount::ErrorOf(workers_builds::ErrorReason::kRateLimited, 429);
  };
  world.Run(1s);
  world.Restart();
  world.Forget();
  world.Run(298s);
  EXPECT_THAT(world.asked, IsEmpty());
  world.Run(5s);
  EXPECT_THAT(world.asked, Not(IsEmpty()));
}

TEST(Restart, ABuildUnderWayIsFollowedToItsEnd) {
  PlanWorld world;
  world.accounts[0].AddScripts(1);
  // The older one is hidden from `latest`.
  world.accounts[0].builds["tag0"] = {BuildLife{.number = 1, .created = kT0 + 1min, .run = 15min},
                                      BuildLife{.number = 2, .created = kT0 + 2min, .run = 1min}};
  world.Run(5min);
  world.Restart();
  world.Run(20min);
  EXPECT_EQ(world.Completed("tag0"), 2);
}

}  // namespace
}  // namespace exporter::poll
