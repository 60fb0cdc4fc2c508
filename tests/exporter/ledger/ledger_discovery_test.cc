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
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

class LedgerDiscoveryTest : public ::testing::Test {
 protected:
  /// How often each name and label set stands on the page: a second time is a page that Prometheus refuses.
  void ExpectNoSeriesTwice() {
    std::map<std::string, int> series;
    for (const std::string& line : SamplesOf(TextOf(world_.ledger), "")) ++series[line.substr(0, line.rfind(' '))];
    for (const auto& [name, count] : series) EXPECT_EQ(count, 1) << name;
  }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const ScriptId id : world_.ledger.account(0).scripts) {
      if (world_.ledger.script(id).present) names.push_back(world_.ledger.script(id).name);
    }
    return names;
  }
  std::int64_t Completed(const std::string& tag) const {
    return world_.Class(tag).counters.completed[Index(BuildOutcome::kSuccess)];
  }

  LedgerWorld world_;
};

TEST_F(LedgerDiscoveryTest, ARenameMovesTheCountsToTheNewName) {
  world_.Discover({{"old", "tag"}});
  world_.Walk("tag", {EndedAt(1, 5min).Stopped()}, kT0 + 10min);
  const ApplyReport report = world_.Discover({{"new", "tag"}}, kT0 + 15min);
  EXPECT_THAT(report.changed, Contains(world_.Script("tag").id));
  EXPECT_THAT(SamplesOf(TextOf(world_.ledger), "completed_total"),
              Contains(R"(completed_total{account="account",script_name="new",branch_class="production",)"
                       R"(outcome="success"} 1)"));
  EXPECT_EQ(world_.store.scripts.at(world_.Script("tag").id).name, "new");
}

TEST_F(LedgerDiscoveryTest, AScriptLeavesAfterTwoDiscoveriesWithoutIt) {
  world_.Discover({{"shop", "tag"}, {"blog", "other"}});
  world_.Discover({{"blog", "other"}}, kT0 + 5min);
  EXPECT_TRUE(world_.Script("tag").present);
  const ApplyReport report = world_.Discover({{"blog", "other"}}, kT0 + 10min);
  EXPECT_FALSE(world_.Script("tag").present);
  EXPECT_THAT(report.changed, Contains(world_.Script("tag").id));
}

TEST_F(LedgerDiscoveryTest, OneDiscoveryWithItEndsTheAbsence) {
  for (int i = 0; i < 3; ++i) {
    world_.Discover({{"shop", "tag"}});
    world_.Discover({{"blog", "other"}});
    EXPECT_TRUE(world_.Script("tag").present) << "two misses that do not follow each other";
  }
}

TEST_F(LedgerDiscoveryTest, AScriptThatReturnsBringsItsRowsBack) {
  world_.Discover({{"shop", "tag"}, {"blog", "other"}});
  world_.Walk("tag", {EndedAt(1, 5min).Stopped()}, kT0 + 10min);
  for (int i = 0; i < 2; ++i) world_.Discover({{"blog", "other"}}, kT0 + 20min);
  EXPECT_THAT(SamplesOf(TextOf(world_.ledger), "script_info"), SizeIs(1));
  const ApplyReport report = world_.Discover({{"shop", "tag"}, {"blog", "other"}}, kT0 + 30min);
  EXPECT_THAT(report.changed, Contains(world_.Script("tag").id));
  EXPECT_TRUE(world_.Script("tag").present);
  EXPECT_EQ(Completed("tag"), 1);
}

TEST_F(LedgerDiscoveryTest, TheAccountsCountersKeepTheBuildsOfADeletedScript) {
  world_.Discover({{"shop", "tag"}, {"blog", "other"}});
  world_.Walk("tag", {EndedAt(1, 5min).Stopped()}, kT0 + 10min);
  const auto before = SamplesOf(TextOf(world_.ledger), "triggered_total");
  for (int i = 0; i < 2; ++i) world_.Discover({{"blog", "other"}}, kT0 + 20min);
  EXPECT_EQ(SamplesOf(TextOf(world_.ledger), "triggered_total"), before);
}

TEST_F(LedgerDiscoveryTest, ANewScriptUnderAnOldNameIsANewScriptAtOnce) {
  world_.Discover({{"shop", "old"}});
  world_.Walk("old", {EndedAt(1, 5min).Stopped()}, kT0 + 10min);
  world_.Discover({{"shop", "new"}}, kT0 + 15min);
  EXPECT_FALSE(world_.Script("old").present) << "its name has gone to another";
  EXPECT_TRUE(world_.Script("new").present);
  EXPECT_EQ(Completed("new"), 0);
  ExpectNoSeriesTwice();
}

TEST_F(LedgerDiscoveryTest, TwoScriptsWithOneNameNeverGiveOneSeriesTwice) {
  world_.Discover({{"shop", "tag1"}, {"shop", "tag2"}, {"shop", "tag3"}, {"blog", "tag4"}});
  for (const char* tag : {"tag1", "tag2", "tag3", "tag4"}) world_.Walk(tag, {}, kT0 + 1s);
  EXPECT_THAT(Names(), ::testing::ElementsAre("shop", "tag2", "tag3", "blog"));
  ExpectNoSeriesTwice();
}

TEST_F(LedgerDiscoveryTest, NamesThatAreSwappedChangeWithOneAnswer) {
  world_.Discover({{"blue", "tag1"}, {"green", "tag2"}});
  world_.Discover({{"green", "tag1"}, {"blue", "tag2"}});
  EXPECT_THAT(Names(), ::testing::ElementsAre("green", "blue"));
}

TEST_F(LedgerDiscoveryTest, AScriptThatIsListedTwiceIsOneScript) {
  world_.Discover({{"shop", "tag"}, {"shop", "tag"}});
  EXPECT_THAT(world_.ledger.account(0).scripts, SizeIs(1));
}

TEST_F(LedgerDiscoveryTest, AWatchedTagWithoutANameIsShownAsItsTag) {
  world_.Discover({{"", "tag1"}, {"", "tag2"}});
  EXPECT_THAT(Names(), ::testing::ElementsAre("tag1", "tag2"));
}

TEST_F(LedgerDiscoveryTest, AWatchedTagKeepsItsNameWhenDiscoveryLosesIt) {
  world_.Discover({{"shop", "tag1"}, {"blog", "tag2"}});
  world_.Discover({{"", "tag1"}, {"", "tag2"}});
  EXPECT_THAT(Names(), ::testing::ElementsAre("shop", "blog"));
}

TEST_F(LedgerDiscoveryTest, AWatchedTagWhoseNameWentToAnotherIsShownAsItsTag) {
  world_.Discover({{"shop", "watched"}});
  world_.Discover({{"shop", "new"}, {"", "watched"}});
  EXPECT_THAT(Names(), ::testing::UnorderedElementsAre("shop", "watched"));
  EXPECT_EQ(world_.Script("new").name, "shop");
  ExpectNoSeriesTwice();
}

TEST_F(LedgerDiscoveryTest, AScriptThatLeftIsNotWaitedForAnyMore) {
  LedgerWorld world(kT0 - 24h);
  world.Discover({{"shop", "tag"}, {"blog", "other"}});
  world.Walk("other", {});
  for (int i = 0; i < 2; ++i) world.Discover({{"blog", "other"}});
  EXPECT_THAT(world.ledger.account(0).unproved, IsEmpty());
}

}  // namespace
}  // namespace exporter::ledger
