#include <gmock/gmock.h>

#include "exporter/ledger/ledger.h"
#include "tests/support/ledger_world.h"
#include "tests/support/page_text.h"

namespace exporter::ledger {
namespace {

using support::EndedAt;
using support::kT0;
using support::LedgerWorld;
using support::SamplesOf;
using support::TextOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

KeptDetails ShopHasHistograms() {
  return {.histograms = [](const std::string& name) { return name.starts_with("shop"); },
          .histogram_bounds = DefaultBucketBounds(),
          .revisions = false};
}

/// How many builds the histogram of elapsed times has.
std::int64_t Observed(const DurationHistograms& durations, BranchClass branch_class = BranchClass::kProduction) {
  std::int64_t count = 0;
  for (const Histogram& histogram : durations.elapsed[Index(branch_class)]) {
    for (const std::int64_t bucket : histogram.counts()) count += bucket;
  }
  return count;
}

/// A failure, and the success that ends its episode of half an hour.
std::vector<workers_builds::Build> AnEpisode() {
  return {EndedAt(1, 10min, BuildOutcome::kFail).Stopped(), EndedAt(2, 40min).Stopped()};
}

TEST(ScriptHistograms, OnlyAListedScriptHasThem) {
  LedgerWorld world(std::nullopt, ShopHasHistograms());
  world.Discover({{"shop", "tag"}, {"blog", "tag2"}});
  world.Walk("tag", AnEpisode(), kT0 + 1h);
  world.Walk("tag2", {EndedAt(3, 10min).Stopped()}, kT0 + 1h);
  ASSERT_TRUE(world.Script("tag").histograms);
  EXPECT_FALSE(world.Script("tag2").histograms);
  const DurationHistograms& counted = world.Script("tag").histograms->counted;
  EXPECT_EQ(Observed(counted), 2);
  EXPECT_EQ(counted.failure_episode.sum(), 30min);
  EXPECT_EQ(Observed(world.ledger.account(0).counters.durations), 3) << "the account's are about all";
}

TEST(ScriptHistograms, AreTheSameAfterARestart) {
  LedgerWorld world(std::nullopt, ShopHasHistograms());
  world.Discover({{"shop", "tag"}});
  world.Walk("tag", AnEpisode(), kT0 + 1h);
  Ledger restarted(world.store, {{"account", {}}}, DefaultBucketBounds(), ShopHasHistograms());
  ASSERT_TRUE(restarted.Load());
  ASSERT_TRUE(restarted.script(0).histograms);
  EXPECT_EQ(restarted.script(0).histograms->counted, world.Script("tag").histograms->counted);
}

TEST(ScriptHistograms, AScriptThatIsRenamedIntoTheListHasAllItsBuilds) {
  for (const bool committed : {true, false}) {
    LedgerWorld world(std::nullopt, ShopHasHistograms());
    world.Discover({{"old-shop", "tag"}, {"blog", "tag2"}});
    world.store.fail_commits = !committed;
    world.Walk("tag", AnEpisode(), kT0 + 1h);
    world.Walk("tag2", {EndedAt(3, 10min).Stopped()}, kT0 + 1h);
    EXPECT_FALSE(world.Script("tag").histograms);
    world.Discover({{"shop", "tag"}, {"blog", "tag2"}}, kT0 + 2h);
    ASSERT_TRUE(world.Script("tag").histograms);
    EXPECT_EQ(Observed(world.Script("tag").histograms->counted), 2) << "committed: " << committed;
    EXPECT_EQ(world.Script("tag").histograms->counted.failure_episode.sum(), 30min);
  }
}

TEST(ScriptHistograms, HoweverManyScriptsAreRenamedTheBuildsAreReadOnce) {
  LedgerWorld world(std::nullopt, ShopHasHistograms());
  world.Discover({{"a", "tag"}, {"b", "tag2"}, {"c", "tag3"}});
  for (const char* tag : {"tag", "tag2"}) {
    world.Walk(tag, {EndedAt(tag[3] == '2' ? 2 : 1, 10min).Stopped()}, kT0 + 1h);
  }
  world.store.scans = 0;
  world.Discover({{"shop1", "tag"}, {"shop2", "tag2"}, {"shop3", "tag3"}}, kT0 + 2h);
  EXPECT_EQ(world.store.scans, 1);
  for (const char* tag : {"tag", "tag2"}) EXPECT_EQ(Observed(world.Script(tag).histograms->counted), 1) << tag;
  EXPECT_EQ(Observed(world.Script("tag3").histograms->counted), 0);
  world.Discover({{"shop1", "tag"}, {"shop2", "tag2"}, {"shop3", "tag3"}}, kT0 + 3h);
  EXPECT_EQ(world.store.scans, 1) << "nothing has changed";
}

TEST(ScriptHistograms, AScriptThatIsGoneKeepsNoneAndGetsThemBack) {
  LedgerWorld world(std::nullopt, ShopHasHistograms());
  world.Discover({{"shop", "tag"}, {"blog", "tag2"}});
  world.Walk("tag", AnEpisode(), kT0 + 1h);
  for (const auto at : {2h, 3h}) world.Discover({{"blog", "tag2"}}, kT0 + at);
  EXPECT_FALSE(world.Script("tag").histograms);
  world.Discover({{"shop", "tag"}, {"blog", "tag2"}}, kT0 + 4h);
  ASSERT_TRUE(world.Script("tag").histograms);
  EXPECT_EQ(Observed(world.Script("tag").histograms->counted), 2);
}

TEST(ScriptHistograms, AStoreThatCannotBeReadPutsThemOff) {
  LedgerWorld world(std::nullopt, ShopHasHistograms());
  world.Discover({{"old-shop", "tag"}});
  world.Walk("tag", AnEpisode(), kT0 + 1h);
  world.store.fail_scans = true;
  world.Discover({{"shop", "tag"}}, kT0 + 2h);
  EXPECT_FALSE(world.Script("tag").histograms) << "half of the builds would be worse than none";
  EXPECT_EQ(world.ledger.commit_state().errors, 1);
  world.store.fail_scans = false;
  EXPECT_THAT(world.Discover({{"shop", "tag"}}, kT0 + 3h).changed, ElementsAre(world.Script("tag").id));
  ASSERT_TRUE(world.Script("tag").histograms);
  EXPECT_EQ(Observed(world.Script("tag").histograms->counted), 2);
}

TEST(ScriptHistograms, AScriptThatIsRenamedOutOfTheListLosesThem) {
  LedgerWorld world(std::nullopt, ShopHasHistograms());
  world.Discover({{"shop", "tag"}});
  world.Walk("tag", AnEpisode(), kT0 + 1h);
  world.Discover({{"old-shop", "tag"}}, kT0 + 2h);
  EXPECT_FALSE(world.Script("tag").histograms);
}

TEST(ScriptHistograms, CountFromTheBaseline) {
  LedgerWorld world(kT0, ShopHasHistograms());
  world.Discover({{"shop", "tag"}});
  world.Walk("tag", {EndedAt(1, -10min).Stopped(), EndedAt(2, 10min).Stopped()}, kT0 + 1h);
  EXPECT_EQ(Observed(world.Script("tag").histograms->counted), 1);
}

TEST(ScriptHistograms, ShowOldNewsWhileTheScriptsCountersAreHeld) {
  LedgerWorld world(kT0 - 24h, ShopHasHistograms());
  world.Discover({{"shop", "tag"}});
  world.Walk("tag", {EndedAt(1, -10min).Stopped(), EndedAt(2, 10min).Stopped()}, kT0 + 1h);
  const std::string count = R"(script_elapsed_duration_seconds_count{account="account",script_name="shop",)"
                            R"(branch_class="production",outcome_group="success"} )";
  const auto shown = [&] {
    metrics::FamilyTexts texts;
    WriteScript("account", world.ledger, world.Script("tag"), texts);
    return SamplesOf(support::Join(texts), "script_elapsed_duration_seconds_count");
  };
  EXPECT_THAT(shown(), Contains(count + "1"));
  world.ReleaseAll();
  EXPECT_THAT(shown(), Contains(count + "2"));
  EXPECT_THAT(SamplesOf(TextOf(world.ledger), "script_failure_episode_seconds_count"),
              ElementsAre(R"(script_failure_episode_seconds_count{account="account",script_name="shop"} 0)"));
}

TEST(ScriptHistograms, AreNotShownBeforeTheScriptsCounters) {
  LedgerWorld world(kT0 - 24h, ShopHasHistograms());
  world.Discover({{"shop", "tag"}});
  world.See("tag", {EndedAt(1, 10min).Stopped()}, kT0 + 1h);
  EXPECT_THAT(SamplesOf(TextOf(world.ledger), "script_elapsed_duration_seconds_count"), IsEmpty());
}

}  // namespace
}  // namespace exporter::ledger
