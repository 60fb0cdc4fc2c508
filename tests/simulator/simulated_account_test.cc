#include "tests/simulator/simulated_account.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "tests/simulator/test_support.h"
#include "tests/simulator/truth_script.h"

namespace simulator {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;

SimulatedAccount Quiet() {
  return {QuietScenario().accounts.front(), 1, kStart};
}

AccountScenario Busy() {
  AccountScenario account;
  account.builds_per_hour = 120;
  return account;
}

std::vector<std::string> Story(const SimulatedAccount& account) {
  std::vector<std::string> lines;
  for (const Build& build : account.builds()) {
    std::string line = build.uuid;
    line.append(" ").append(account.scripts()[build.script].name).append(" ").append(build.branch);
    line.append(" ").append(Label(build.status));
    for (const auto& instant : {std::optional(build.created_on), build.initializing_on, build.running_on,
                                build.stopped_on, std::optional(build.modified_on)}) {
      line.append(" ").append(instant ? FormatInstant(*instant) : "-");
    }
    lines.push_back(line);
  }
  return lines;
}

TEST(SimulatedAccountTest, LivesTheSameLifeInSmallAndLargeSteps) {
  SimulatedAccount large(Busy(), 7, kStart);
  SimulatedAccount small(Busy(), 7, kStart);
  large.AdvanceTo(kStart + hours(3));
  for (auto step = std::chrono::milliseconds(0); step <= hours(3); step += std::chrono::milliseconds(3'333)) {
    small.AdvanceTo(kStart + step);
  }
  small.AdvanceTo(kStart + hours(3));
  EXPECT_EQ(Story(small), Story(large));
}

TEST(SimulatedAccountTest, LivesAnotherLifeWithAnotherSeed) {
  SimulatedAccount one(Busy(), 1, kStart);
  SimulatedAccount two(Busy(), 2, kStart);
  EXPECT_NE(Story(one), Story(two));
}

TEST(SimulatedAccountTest, HasItsHistoryBehindIt) {
  const SimulatedAccount account(Busy(), 3, kStart);
  EXPECT_EQ(account.builds().size(), 200U);
  for (const Build& build : account.builds()) {
    ASSERT_EQ(build.status, Status::kStopped) << build.uuid;
    ASSERT_LT(*build.stopped_on, kStart) << build.uuid;
  }
}

TEST(SimulatedAccountTest, DealsNoScriptMoreHistoryThanItMust) {
  AccountScenario scenario;
  scenario.script_count = 19;
  scenario.history = 19 * 25;
  const SimulatedAccount fits(scenario, 1, kStart);
  for (const Script& script : fits.scripts()) EXPECT_EQ(script.builds.size(), 25U) << script.name;
  scenario.history = 19 * 30;
  const SimulatedAccount overflows(scenario, 1, kStart);
  for (const Script& script : overflows.scripts()) EXPECT_EQ(script.builds.size(), 30U) << script.name;
}

TEST(SimulatedAccountTest, LeavesScriptsWithoutTriggersAlone) {
  SimulatedAccount account(Busy(), 1, kStart);
  account.AdvanceTo(kStart + hours(10));
  std::size_t not_connected = 0;
  for (const Script& script : account.scripts()) {
    if (script.habits.connected) continue;
    ++not_connected;
    EXPECT_TRUE(script.builds.empty()) << script.name;
  }
  EXPECT_EQ(not_connected, 1U);
}

TEST(SimulatedAccountTest, BuildsAsOftenAndEndsAsDocumented) {
  AccountScenario scenario = Busy();
  scenario.history = 0;
  SimulatedAccount account(scenario, 1, kStart);
  account.AdvanceTo(kStart + hours(100));
  std::map<Outcome, double> share;
  for (const Build& build : account.builds()) {
    if (build.outcome) share[*build.outcome] += 1.0 / static_cast<double>(account.builds().size());
  }
  EXPECT_THAT(account.builds().size(), AllOf(Ge(11'600U), Le(12'400U)));
  EXPECT_NEAR(share[Outcome::kSuccess], 0.82, 0.015);
  EXPECT_NEAR(share[Outcome::kFail], 0.10, 0.015);
  EXPECT_NEAR(share[Outcome::kSkipped], 0.04, 0.01);
  EXPECT_NEAR(share[Outcome::kCancelled], 0.03, 0.01);
  EXPECT_NEAR(share[Outcome::kTerminated], 0.01, 0.005);
}

TEST(SimulatedAccountTest, NeverUsesMoreSlotsThanItHasAndKeepsPhasesInOrder) {
  AccountScenario scenario = Busy();
  scenario.builds_per_hour = 600;  // more than six slots carry
  SimulatedAccount account(scenario, 1, kStart);
  std::size_t most = 0;
  for (int minute = 0; minute < 180; ++minute) {
    account.AdvanceTo(kStart + minutes(minute));
    most = std::max(most, static_cast<std::size_t>(
                              std::count_if(account.builds().begin(), account.builds().end(), [](const Build& build) {
                                return build.status == Status::kInitializing || build.status == Status::kRunning;
                              })));
  }
  EXPECT_EQ(most, 6U);
  for (const Build& build : account.builds()) {
    if (build.running_on) {
      ASSERT_LE(*build.initializing_on, *build.running_on) << build.uuid;
    }
    if (build.initializing_on) {
      ASSERT_LE(build.created_on, *build.initializing_on) << build.uuid;
    }
    ASSERT_EQ(build.modified_on, build.StatusSince()) << build.uuid;
  }
}

TEST(SimulatedAccountTest, TakesASubmittedBuildThroughItsPhases) {
  SimulatedAccount account = Quiet();
  const std::string uuid = account.Submit(ShopBuild()).value();
  const auto status_at = [&](int second) {
    account.AdvanceTo(kStart + seconds(second));
    return account.FindBuild(uuid)->status;
  };
  EXPECT_EQ(status_at(1), Status::kQueued);
  EXPECT_EQ(status_at(2), Status::kInitializing);
  EXPECT_EQ(status_at(6), Status::kRunning);
  EXPECT_EQ(status_at(59), Status::kRunning);
  EXPECT_EQ(status_at(60), Status::kStopped);
  EXPECT_EQ(account.FindBuild(uuid)->outcome, Outcome::kSuccess);
}

TEST(SimulatedAccountTest, LetsBuildsWaitForASlotInTheOrderOfTheirCreation) {
  AccountScenario scenario = QuietScenario().accounts.front();
  scenario.plan = Plan::kFree;  // one slot
  SimulatedAccount account(scenario, 1, kStart);
  const std::string first = account.Submit(ShopBuild()).value();
  account.AdvanceTo(kStart + seconds(1));
  const std::string second = account.Submit(ShopBuild()).value();
  account.AdvanceTo(kStart + minutes(3));
  EXPECT_EQ(account.FindBuild(second)->initializing_on, account.FindBuild(first)->stopped_on);
}

TEST(SimulatedAccountTest, CancelsABuildAndGivesItsSlotAway) {
  AccountScenario scenario = QuietScenario().accounts.front();
  scenario.slots = 1;
  SimulatedAccount account(scenario, 1, kStart);
  const std::string first = account.Submit(ShopBuild()).value();
  const std::string second = account.Submit(ShopBuild()).value();
  account.AdvanceTo(kStart + seconds(10));
  ASSERT_TRUE(account.Cancel(first));
  EXPECT_EQ(account.FindBuild(first)->outcome, Outcome::kCancelled);
  EXPECT_EQ(account.FindBuild(first)->stopped_on, kStart + seconds(10));
  EXPECT_EQ(account.FindBuild(second)->initializing_on, kStart + seconds(10));
  account.AdvanceTo(kStart + minutes(5));
  EXPECT_EQ(account.FindBuild(first)->outcome, Outcome::kCancelled) << "its planned end must not come any more";
  EXPECT_THAT(account.Cancel(first).error(), HasSubstr("has stopped already"));
}

TEST(SimulatedAccountTest, GivesARecreatedScriptANewTag) {
  SimulatedAccount account = Quiet();
  const std::string old_tag = account.FindScriptByName("shop")->tag;
  const std::string uuid = account.Submit(ShopBuild()).value();
  ASSERT_TRUE(account.Delete("shop"));
  EXPECT_EQ(account.FindScript(old_tag), nullptr);
  EXPECT_EQ(account.FindBuild(uuid)->outcome, Outcome::kCancelled) << "deleting cancels unfinished builds";
  ScriptHabits habits;
  habits.name = "shop";
  const std::string new_tag = account.Create(habits).value();
  EXPECT_NE(new_tag, old_tag);
  EXPECT_TRUE(account.FindScript(new_tag)->builds.empty());
}

TEST(SimulatedAccountTest, KeepsTheTagOfARenamedScript) {
  SimulatedAccount account = Quiet();
  const std::string tag = account.FindScriptByName("shop")->tag;
  ASSERT_TRUE(account.Rename("shop", "store"));
  EXPECT_EQ(account.FindScript(tag)->name, "store");
  EXPECT_THAT(account.Rename("store", "blog").error(), HasSubstr("names are unique"));
}

TEST(SimulatedAccountTest, RefusesABuildThatCannotBe) {
  SimulatedAccount account = Quiet();
  Submission submission;
  submission.script = "nowhere";
  EXPECT_THAT(account.Submit(submission).error(), HasSubstr("no script 'nowhere'"));
  submission.script = "static";
  EXPECT_THAT(account.Submit(submission).error(), HasSubstr("no triggers"));
}

TEST(SimulatedAccountTest, ReachesTheBuildMinutesOfTheFreePlan) {
  AccountScenario scenario = QuietScenario().accounts.front();
  scenario.plan = Plan::kFree;
  SimulatedAccount account(scenario, 1, kStart);
  Submission submission = ShopBuild();
  submission.run = minutes(2'999);
  ASSERT_TRUE(account.Submit(submission));
  account.AdvanceTo(kStart + hours(72));
  EXPECT_EQ(account.limits().reached, false);
  EXPECT_EQ(account.limits().refresh_on, At("2026-09-01T00:00:00Z"));
  submission.run = minutes(1);
  ASSERT_TRUE(account.Submit(submission));
  account.AdvanceTo(kStart + hours(73));
  EXPECT_EQ(account.limits().reached, true);
  account.AdvanceTo(At("2026-09-01T00:00:00Z"));
  EXPECT_EQ(account.limits().reached, false) << "a new month has begun";
}

TEST(SimulatedAccountTest, EndsATerminatedBuildAfterTwentyMinutes) {
  SimulatedAccount account = Quiet();
  Submission submission;
  submission.script = "shop";
  submission.outcome = Outcome::kTerminated;
  const std::string uuid = account.Submit(submission).value();
  account.AdvanceTo(kStart + hours(1));
  const Build* build = account.FindBuild(uuid);
  EXPECT_EQ(*build->stopped_on - *build->initializing_on, minutes(20));
}

}  // namespace
}  // namespace simulator
