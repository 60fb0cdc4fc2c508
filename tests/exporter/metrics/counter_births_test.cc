#include "exporter/metrics/counter_births.h"

#include <gtest/gtest.h>

#include "tests/support/ledger_world.h"

namespace exporter::metrics {
namespace {

using ledger::BranchClass;
using ledger::Index;
using support::BuildLife;
using support::EndedAt;
using support::kT0;
using support::LedgerWorld;
using MonoTime = CounterBirths::MonoTime;

constexpr MonoTime kNow{std::chrono::hours(1)};
constexpr std::size_t kProduction = Index(BranchClass::kProduction);
constexpr std::size_t kUnknown = Index(BranchClass::kUnknown);

struct CounterBirthsTest : ::testing::Test {
  CounterBirthsTest() { world.Discover({{"shop", "tag"}}); }

  const CounterBirths::ScriptBirths& Births() const { return births.script(world.Script("tag").id); }

  LedgerWorld world;
  CounterBirths births;
};

TEST_F(CounterBirthsTest, AScriptThatWasNeverBuiltHasNoCounters) {
  births.Observe(world.Script("tag"), true, kNow);
  EXPECT_FALSE(Births().classes[kProduction].born);
}

TEST_F(CounterBirthsTest, WhatTheFirstLookShowsIsNotHeld) {
  world.See("tag", {BuildLife{}.Queued()});
  births.Observe(world.Script("tag"), true, kNow);
  EXPECT_TRUE(Births().classes[kProduction].born);
  EXPECT_FALSE(Births().classes[kProduction].held(kNow));
  EXPECT_EQ(births.NextRelease(), std::nullopt);
}

TEST_F(CounterBirthsTest, WhatAppearsLaterIsHeldForTwoMinutes) {
  world.See("tag", {BuildLife{}.Queued()});
  births.Observe(world.Script("tag"), false, kNow);
  EXPECT_TRUE(Births().classes[kProduction].held(kNow));
  ASSERT_EQ(births.NextRelease(), kNow + CounterBirths::kHeld);
  EXPECT_FALSE(births.Release(kNow + CounterBirths::kHeld - std::chrono::milliseconds(1)));
  EXPECT_TRUE(births.Release(kNow + CounterBirths::kHeld));
  EXPECT_FALSE(Births().classes[kProduction].held(kNow + CounterBirths::kHeld));
}

TEST_F(CounterBirthsTest, LookingAgainHoldsNothingLonger) {
  world.See("tag", {BuildLife{}.Queued()});
  births.Observe(world.Script("tag"), false, kNow);
  births.Observe(world.Script("tag"), false, kNow + std::chrono::minutes(1));
  EXPECT_FALSE(Births().classes[kProduction].held(kNow + CounterBirths::kHeld));
}

TEST_F(CounterBirthsTest, TheClassUnknownIsBornWithItsFirstBuild) {
  world.See("tag", {BuildLife{.number = 1}.Queued()});
  births.Observe(world.Script("tag"), true, kNow);
  EXPECT_FALSE(Births().classes[kUnknown].born);
  world.See("tag", {BuildLife{.number = 2, .branches = {}}.Queued()});
  births.Observe(world.Script("tag"), false, kNow);
  EXPECT_TRUE(Births().classes[kUnknown].held(kNow));
  EXPECT_FALSE(Births().classes[kProduction].held(kNow));
}

TEST_F(CounterBirthsTest, TheOutcomeUnknownIsBornWhenItOccursAndHeldEvenAtTheFirstLook) {
  world.See("tag", {EndedAt(1, std::chrono::minutes(5), support::BuildOutcome::kUnknown).Stopped()});
  births.Observe(world.Script("tag"), true, kNow);
  EXPECT_TRUE(Births().unknown_outcome[kProduction].held(kNow));
}

TEST_F(CounterBirthsTest, AnAccountsCountersAreThereFromTheStartUnlessABaselineIsConfigured) {
  births.Observe(0, world.ledger.account(0), false, kNow);
  EXPECT_TRUE(births.account(0).born);
  EXPECT_FALSE(births.account(0).held(kNow));
}

TEST(CounterBirths, WithABaselineTheAccountsCountersWaitForItsHistory) {
  LedgerWorld world(kT0 - std::chrono::hours(24));
  CounterBirths births;
  world.Discover({{"shop", "tag"}});
  births.Observe(0, world.ledger.account(0), true, kNow);
  EXPECT_FALSE(births.account(0).born);
  world.Walk("tag", {}, kT0);
  births.Observe(0, world.ledger.account(0), true, kNow);
  EXPECT_TRUE(births.account(0).held(kNow));
}

}  // namespace
}  // namespace exporter::metrics
