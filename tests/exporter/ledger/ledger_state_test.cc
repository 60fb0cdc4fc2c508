#include <gmock/gmock.h>

#include <algorithm>

#include "exporter/ledger/ledger.h"
#include "tests/support/ledger_world.h"
#include "tests/support/page_text.h"

namespace exporter::ledger {
namespace {

using support::BuildLife;
using support::EndedAt;
using support::kT0;
using support::LedgerWorld;
using support::UuidOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

/// A ledger over the rows of another one.
struct Restarted {
  explicit Restarted(const LedgerWorld& world, const std::vector<AccountSettings>& accounts = {{"account", {}}})
      : Restarted(world.store, accounts) {}
  Restarted(const support::MemoryLedgerStore& rows, const std::vector<AccountSettings>& accounts)
      : store(rows), ledger(store, accounts, DefaultBucketBounds()) {
    auto loaded = ledger.Load();
    EXPECT_TRUE(loaded.has_value()) << loaded.error();
    if (loaded) report = *loaded;
  }

  support::MemoryLedgerStore store;
  Ledger ledger;
  LoadReport report;
};

/// Builds of every kind: finished, under way, without an outcome, lost, in all classes; an episode that has ended and
/// one that goes on.
void Live(LedgerWorld& world) {
  world.Discover({{"shop", "tag"}, {"blog", "tag2"}, {"gone", "tag3"}});
  world.See("tag2", {});
  auto without_outcome = EndedAt(9, 40min).Stopped();
  without_outcome.outcome.reset();
  world.Walk("tag",
             {EndedAt(1, 10min).Stopped(), EndedAt(2, 20min, BuildOutcome::kFail).Stopped(),
              EndedAt(3, 30min).Stopped(), EndedAt(4, 35min, BuildOutcome::kTerminated).Stopped(),
              BuildLife{.number = 5, .created = kT0 + 50min, .branches = {"*"}}.Running(), without_outcome},
             kT0 + 1h);
  auto with_repository = BuildLife{.number = 6, .created = kT0 + 10min, .branches = {}}.Queued();
  with_repository.trigger->repo_connection = {"github", "acme", "blog"};
  world.See("tag2", {with_repository}, kT0 + 1h);
  world.ledger.MarkLost(world.Script("tag2").id, UuidOf(6));
  world.Discover({{"store", "tag"}, {"blog", "tag2"}}, kT0 + 2h);
  world.Discover({{"store", "tag"}, {"blog", "tag2"}}, kT0 + 3h);
}

TEST(LedgerLoad, ANewStoreHoldsNothing) {
  support::MemoryLedgerStore store;
  Ledger ledger(store, {{"account", std::nullopt}}, DefaultBucketBounds());
  const LoadReport report = ledger.Load().value();
  EXPECT_EQ(report.builds, 0);
  EXPECT_FALSE(ledger.account(0).started.has_value());
  EXPECT_TRUE(ledger.account(0).births.Born(kAccountCounters));
}

TEST(LedgerLoad, ThePageIsTheSameAfterARestart) {
  LedgerWorld world;
  Live(world);
  const Restarted after(world);
  EXPECT_EQ(after.report.builds, 7);
  EXPECT_EQ(support::SamplesOf(support::TextOf(after.ledger), ""),
            support::SamplesOf(support::TextOf(world.ledger), ""));
  EXPECT_EQ(after.store.scripts, world.store.scripts) << "and nothing was to be written";
}

TEST(LedgerLoad, CountersThatWereHeldAreHeldAgain) {
  LedgerWorld world;
  Live(world);
  const Restarted after(world);
  ASSERT_THAT(after.report.held, SizeIs(1)) << "the second script's, whose first build came after the first look";
  EXPECT_EQ(after.report.held.front().script, world.Script("tag2").id);
}

TEST(LedgerLoad, ABuildThatWasCountedBeforeTheRestartIsNotCountedAgain) {
  LedgerWorld world;
  Live(world);
  Restarted after(world);
  ScriptUpdate update;
  update.script = world.Script("tag").id;
  update.builds = {EndedAt(1, 10min).Stopped(), EndedAt(2, 20min, BuildOutcome::kFail).Stopped()};
  EXPECT_THAT(after.ledger.Apply(0, {&update, 1}, kT0 + 4h).changed, IsEmpty());
  EXPECT_EQ(after.ledger.account(0).counters, world.ledger.account(0).counters);
}

TEST(LedgerLoad, AnEpisodeThatBeganBeforeTheRestartEndsAfterIt) {
  LedgerWorld world;
  world.Discover({{"shop", "tag"}});
  world.Walk("tag", {EndedAt(1, 10min).Stopped(), EndedAt(2, 20min, BuildOutcome::kFail).Stopped()}, kT0 + 30min);
  Restarted after(world);
  ScriptUpdate update;
  update.script = world.Script("tag").id;
  update.builds = {EndedAt(3, 50min).Stopped()};
  update.settled = true;
  after.ledger.Apply(0, {&update, 1}, kT0 + 1h);
  EXPECT_EQ(after.ledger.account(0).counters.durations.failure_episode.sum(), 30min);
  EXPECT_EQ(after.store.builds.at(UuidOf(3)).failure_episode, 30min);
}

TEST(LedgerLoad, TheBaselineIsKept) {
  LedgerWorld world;
  Live(world);
  Restarted after(world);
  after.ledger.Start(0, kT0 + 10h);
  EXPECT_EQ(after.ledger.account(0).baseline, kT0);
  EXPECT_THAT(after.report.recounted, IsEmpty());
}

TEST(LedgerLoad, ALaterConfiguredBaselineCountsAgain) {
  LedgerWorld world;
  Live(world);
  const Restarted after(world, {{"account", kT0 + 25min}});
  ASSERT_THAT(after.report.recounted, SizeIs(1));
  EXPECT_EQ(after.report.recounted.front().baseline_before, kT0);
  const auto& counters = after.ledger.script(world.Script("tag").id).classes[Index(BranchClass::kProduction)].counters;
  EXPECT_EQ(counters.completed[Index(BuildOutcome::kSuccess)], 1) << "the one that stopped after 30 minutes";
  EXPECT_TRUE(after.ledger.script(world.Script("tag").id).walked) << "nothing is to be read for that";
}

TEST(LedgerLoad, AnEarlierConfiguredBaselineReadsTheHistoryAgainBeforeItShowsCounters) {
  LedgerWorld world;
  Live(world);
  const Restarted after(world, {{"account", kT0 - 24h}});
  const ScriptHistory& script = after.ledger.script(world.Script("tag").id);
  EXPECT_FALSE(script.walked);
  EXPECT_FALSE(script.proven_to.has_value());
  EXPECT_EQ(script.births, CounterBirths{});
  EXPECT_EQ(after.ledger.account(0).births, CounterBirths{});
  EXPECT_THAT(after.ledger.account(0).unproved, SizeIs(2)) << "not for the script that is gone";
}

TEST(LedgerLoad, AWalkThatHadNotEndedIsStillAwaited) {
  LedgerWorld world(kT0 - 24h);
  world.Discover({{"shop", "tag"}, {"blog", "tag2"}});
  world.Walk("tag", {}, kT0);
  const Restarted after(world, {{"account", kT0 - 24h}});
  EXPECT_THAT(after.ledger.account(0).unproved, ElementsAre(world.Script("tag2").id));
  EXPECT_FALSE(after.ledger.account(0).births.Born(kAccountCounters));
}

TEST(LedgerLoad, AccountsAreFoundByTheirIdWhateverTheirOrder) {
  LedgerWorld world;
  Live(world);
  Restarted after(world, {{"new", std::nullopt}, {"account", std::nullopt}});
  EXPECT_THAT(after.ledger.account(0).scripts, IsEmpty());
  EXPECT_EQ(after.ledger.account(1).counters, world.ledger.account(0).counters);
  after.ledger.Start(0, kT0 + 5h);
  const Restarted later(after.store, {{"account", std::nullopt}, {"new", std::nullopt}});
  EXPECT_EQ(later.ledger.account(0).counters, world.ledger.account(0).counters);
  EXPECT_EQ(later.ledger.account(1).baseline, kT0 + 5h);
}

TEST(LedgerLoad, AnAccountThatIsConfiguredNoMoreKeepsItsRows) {
  LedgerWorld world;
  Live(world);
  const Restarted without(world, {{"other", std::nullopt}});
  EXPECT_THAT(without.ledger.account(0).scripts, IsEmpty());
  EXPECT_EQ(without.store.builds, world.store.builds);
}

TEST(LedgerLoad, RowsThatFitNothingAreAnError) {
  LedgerWorld world;
  Live(world);
  for (const bool build : {true, false}) {
    support::MemoryLedgerStore store = world.store;
    if (build) {
      store.builds.at(UuidOf(1)).script = 99;
    } else {
      store.scripts.erase(0);
    }
    Ledger ledger(store, {{"account", std::nullopt}}, DefaultBucketBounds());
    EXPECT_FALSE(ledger.Load().has_value());
  }
}

TEST(LedgerProof, AWrongProofOfNoBuildsIsAwaitedAgainBeforeTheCountersAreShown) {
  LedgerWorld world(kT0 - 24h);
  world.Discover({{"shop", "tag"}, {"blog", "tag2"}});
  world.Walk("tag", {}, kT0);
  world.See("tag", {EndedAt(1, -5h).Stopped()});
  world.Walk("tag2", {}, kT0);
  EXPECT_FALSE(world.ledger.account(0).births.Born(kAccountCounters)) << "there may be more before that build";
  world.Walk("tag", {EndedAt(1, -5h).Stopped(), EndedAt(2, -6h).Stopped()}, kT0 + 1min);
  EXPECT_TRUE(world.ledger.account(0).births.Born(kAccountCounters));
}

TEST(LedgerLoad, ABudgetIsGivenBackUnderItsAccountsKey) {
  LedgerWorld world;
  world.ledger.KeepBudget(0, 7.5, std::nullopt);
  world.ledger.Commit();
  const Restarted after(world);
  ASSERT_THAT(after.report.budgets, SizeIs(1));
  EXPECT_EQ(after.report.budgets.front().level, 7.5);
  EXPECT_EQ(after.report.budgets.front().account, after.ledger.account(0).key);
}

/// The rows of another ledger, as shard 0 of two with a baseline of its own.
struct AsShard {
  AsShard(const support::MemoryLedgerStore& rows, std::optional<Timestamp> baseline)
      : store(rows), ledger(store, {{"account", baseline}}, DefaultBucketBounds(), {}, {0, 2}) {
    report = ledger.Load().value();
  }

  support::MemoryLedgerStore store;
  Ledger ledger;
  LoadReport report;
};

TEST(LedgerReshard, IsNotForgottenWhenTheProcessEndsBeforeTheFirstAnswer) {
  LedgerWorld world;
  Live(world);
  for (const std::optional<Timestamp> baseline : {std::optional(kT0 - 24h), std::optional(kT0 + 5min)}) {
    const AsShard first(world.store, baseline);
    ASSERT_THAT(first.report.resharded, SizeIs(1));
    const AsShard second(first.store, baseline);
    EXPECT_THAT(second.report.resharded, SizeIs(1)) << "the account's counters begin anew";
    EXPECT_FALSE(second.ledger.account(0).started.has_value());
    EXPECT_FALSE(second.ledger.account(0).births.Born(kAccountCounters));
  }
}

TEST(LedgerReshard, WhatIsKnownIsOldNews) {
  LedgerWorld world(kT0 - 24h);
  Live(world);
  AsShard shard(world.store, kT0 - 24h);
  EXPECT_EQ(shard.ledger.account(0).old_news, shard.ledger.account(0).counters);
  shard.ledger.Start(0, kT0 + 5h);
  const AsShard again(shard.store, kT0 - 24h);
  EXPECT_THAT(again.report.resharded, IsEmpty()) << "it is kept for this shard now";
  EXPECT_EQ(again.ledger.account(0).old_news, again.ledger.account(0).counters);
}

}  // namespace
}  // namespace exporter::ledger
