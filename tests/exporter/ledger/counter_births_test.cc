#include "exporter/ledger/counter_births.h"

#include <gmock/gmock.h>

#include "tests/support/ledger_world.h"

namespace exporter::ledger {
namespace {

using support::BuildLife;
using support::EndedAt;
using support::kT0;
using support::LedgerWorld;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

constexpr CounterGroups kProduction = CountersOf(BranchClass::kProduction);
constexpr CounterGroups kPreview = CountersOf(BranchClass::kPreview);
constexpr CounterGroups kUnknown = CountersOf(BranchClass::kUnknown);

TEST(CounterBirths, NoTwoGroupsShareABit) {
  CounterGroups all = 0;
  for (const BranchClass branch_class : kBranchClasses) {
    for (const CounterGroups group : {CountersOf(branch_class), UnknownOutcomeOf(branch_class)}) {
      EXPECT_EQ(all & group, 0);
      all |= group;
    }
  }
}

TEST(CounterBirths, WhatIsBornStaysBornAndIsNotHeldAgain) {
  CounterBirths births;
  EXPECT_EQ(births.Bear(kProduction, true), kProduction);
  births.Release(kProduction);
  EXPECT_EQ(births.Bear(kProduction | kPreview, true), kPreview);
  EXPECT_TRUE(births.Born(kProduction));
  EXPECT_FALSE(births.Held(kProduction));
  EXPECT_TRUE(births.Held(kPreview));
}

struct ScriptBirthsTest : ::testing::Test {
  ScriptBirthsTest() { world.Discover({{"shop", "tag"}}); }

  const CounterBirths& Births() const { return world.Script("tag").births; }
  HeldCounters Held(CounterGroups groups) const {
    return {.account = 0, .script = world.Script("tag").id, .groups = groups};
  }

  LedgerWorld world;
};

TEST_F(ScriptBirthsTest, AScriptThatWasNeverBuiltHasNoCounters) {
  world.See("tag", {});
  EXPECT_FALSE(Births().Born(kProduction));
}

TEST_F(ScriptBirthsTest, WhatTheFirstLookShowsIsNotHeld) {
  EXPECT_THAT(world.See("tag", {BuildLife{}.Queued()}).held, IsEmpty());
  EXPECT_TRUE(Births().Born(kProduction));
  EXPECT_FALSE(Births().Held(kProduction));
}

TEST_F(ScriptBirthsTest, WhatAppearsLaterIsHeldUntilItIsReleased) {
  world.See("tag", {});
  EXPECT_THAT(world.See("tag", {BuildLife{}.Queued()}).held, ElementsAre(Held(kProduction | kPreview)));
  EXPECT_TRUE(Births().Held(kProduction));
  const HeldCounters held = Held(kProduction | kPreview);
  world.ledger.Release({&held, 1});
  EXPECT_FALSE(Births().Held(kProduction));
  EXPECT_TRUE(Births().Born(kProduction));
}

TEST_F(ScriptBirthsTest, TheFirstBuildOfAScriptThatCameLaterIsHeld) {
  world.Discover({{"shop", "tag"}, {"new", "tag2"}}, kT0 + 5min);
  world.Walk("tag2", {}, kT0 + 5min);
  EXPECT_THAT(world.See("tag2", {BuildLife{.number = 2, .created = kT0 + 6min}.Queued()}).held.size(), 1U);
}

TEST_F(ScriptBirthsTest, LookingAgainHoldsNothingTwice) {
  world.See("tag", {});
  world.See("tag", {BuildLife{}.Queued()});
  EXPECT_THAT(world.See("tag", {BuildLife{}.Running()}).held, IsEmpty());
}

TEST_F(ScriptBirthsTest, TheClassUnknownIsBornWithItsFirstBuild) {
  world.See("tag", {BuildLife{.number = 1}.Queued()});
  EXPECT_FALSE(Births().Born(kUnknown));
  world.See("tag", {BuildLife{.number = 2, .branches = {}}.Queued()});
  EXPECT_TRUE(Births().Held(kUnknown));
  EXPECT_FALSE(Births().Held(kProduction));
}

TEST_F(ScriptBirthsTest, TheClassUnknownIsNotBornForABuildFromBeforeTheBaseline) {
  world.See("tag", {BuildLife{.number = 1, .created = kT0 - 1h, .branches = {}}.Stopped()});
  EXPECT_TRUE(Births().Born(kProduction));
  EXPECT_FALSE(Births().Born(kUnknown));
}

TEST_F(ScriptBirthsTest, TheOutcomeUnknownIsBornWhenItOccursAndHeldEvenAtTheFirstLook) {
  world.See("tag", {EndedAt(1, 5min, support::BuildOutcome::kUnknown).Stopped()});
  EXPECT_TRUE(Births().Held(UnknownOutcomeOf(BranchClass::kProduction)));
}

TEST_F(ScriptBirthsTest, AnOutcomeThatIsGivenUpIsBornToo) {
  auto stopped = EndedAt(1, 5min).Stopped();
  stopped.outcome.reset();
  world.See("tag", {stopped});
  world.ledger.GiveUpOutcome(world.Script("tag").id, *stopped.uuid);
  EXPECT_TRUE(Births().Held(UnknownOutcomeOf(BranchClass::kProduction)));
}

TEST(AccountBirths, TheCountersAreThereFromTheStartUnlessABaselineIsConfigured) {
  const LedgerWorld world;
  EXPECT_TRUE(world.ledger.account(0).births.Born(kAccountCounters));
  EXPECT_FALSE(world.ledger.account(0).births.Held(kAccountCounters));
}

TEST(AccountBirths, WithABaselineTheCountersWaitForTheHistory) {
  LedgerWorld world(kT0 - 24h);
  world.Discover({{"shop", "tag"}});
  EXPECT_FALSE(world.ledger.account(0).births.Born(kAccountCounters));
  const HeldCounters held{.account = 0, .script = {}, .groups = kAccountCounters};
  EXPECT_THAT(world.Walk("tag", {}, kT0).held, ElementsAre(held));
  EXPECT_TRUE(world.ledger.account(0).births.Held(kAccountCounters));
}

TEST(AccountBirths, WithABaselineTheCountersWaitNoMoreForAScriptThatIsGone) {
  LedgerWorld world(kT0 - 24h);
  world.Discover({{"shop", "tag"}, {"other", "tag2"}});
  world.Walk("tag", {}, kT0);
  world.Discover({{"shop", "tag"}}, kT0 + 5min);
  EXPECT_FALSE(world.ledger.account(0).births.Born(kAccountCounters));
  world.Discover({{"shop", "tag"}}, kT0 + 10min);
  EXPECT_TRUE(world.ledger.account(0).births.Born(kAccountCounters));
}

}  // namespace
}  // namespace exporter::ledger
