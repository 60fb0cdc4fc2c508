#include <gmock/gmock.h>

#include "exporter/poll/account_plan.h"
#include "tests/support/plan_world.h"

namespace exporter::poll {
namespace {

using support::BuildLife;
using support::kT0;
using support::PlanWorld;
using support::UuidOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using workers_builds::BuildOutcome;
using workers_builds::BuildPage;
using workers_builds::ErrorReason;
using namespace std::chrono_literals;

class AccountAnswersTest : public ::testing::Test {
 protected:
  AccountAnswersTest() { account().AddScripts(2); }
  support::FakeAccount& account() { return world_.accounts[0]; }
  std::vector<BuildLife>& builds() { return account().builds["tag0"]; }

  PlanWorld world_;
};

TEST_F(AccountAnswersTest, TheFirstDateIsTheBaseline) {
  world_.edit = [](const Call& call, CallResult& result) {
    if (call.collector == Collector::kDiscovery) result.meta.date = kT0 + 77s;
  };
  world_.Run(1s);
  EXPECT_EQ(world_.ledger->account(0).baseline, kT0 + 77s) << "in the API's time, whatever our own clock says";
}

TEST_F(AccountAnswersTest, AnAnswerWithoutADateIsDatedByOurClock) {
  world_.edit = [](const Call&, CallResult& result) { result.meta.date.reset(); };
  world_.Run(1s);
  EXPECT_EQ(world_.ledger->account(0).baseline, kT0);
}

TEST_F(AccountAnswersTest, ABuildIsCountedOnceFromLatestAndList) {
  builds() = {{.number = 1, .created = kT0 + 5min}, {.number = 2, .created = kT0 + 20min}};
  world_.Run(1h);
  EXPECT_EQ(world_.Completed("tag0"), 2);
  EXPECT_EQ(world_.observer.applied.new_builds, 2);
  EXPECT_EQ(world_.observer.applied.late_builds, 0);
}

TEST_F(AccountAnswersTest, BuildsBetweenTwoLooksAreFoundInTheList) {
  world_.Run(10min);
  for (std::uint32_t i = 0; i < 70; ++i) builds().push_back({.number = i, .created = world_.ApiNow() + i * 1s});
  world_.Run(10min);
  EXPECT_EQ(world_.Completed("tag0"), 70);
  EXPECT_THAT(world_.observer.gaps, IsEmpty());
}

TEST_F(AccountAnswersTest, BuildsInAnyOrderAndTwiceAreCountedOnce) {
  world_.edit = [](const Call&, CallResult& result) {
    if (!result.payload) return;
    if (auto* page = std::get_if<BuildPage>(&*result.payload)) {
      const std::vector<workers_builds::Build> twice(page->builds.rbegin(), page->builds.rend());
      page->builds.insert(page->builds.end(), twice.begin(), twice.end());
      page->total_count.reset();
    }
  };
  for (std::uint32_t i = 0; i < 40; ++i) builds().push_back({.number = i, .created = kT0 + i * 1min});
  world_.Run(2h);
  EXPECT_EQ(world_.Completed("tag0"), 40);
}

TEST_F(AccountAnswersTest, ABuildThatShowsUpLateIsFoundByTheSecondLook) {
  world_.Run(10min);
  const Timestamp now = world_.ApiNow();
  builds() = {{.number = 1, .created = now + 1s}, {.number = 2, .created = now + 2s}};
  account().hidden = {UuidOf(1)};
  world_.Run(6min);
  EXPECT_EQ(world_.Completed("tag0"), 1);
  account().hidden.clear();
  builds().push_back({.number = 3, .created = world_.ApiNow() + 1s});
  world_.Run(10min);
  EXPECT_EQ(world_.Completed("tag0"), 3);
  EXPECT_EQ(world_.observer.applied.late_builds, 1);
}

TEST_F(AccountAnswersTest, AListThatLostItsPastIsAGap) {
  builds() = {{.number = 1, .created = kT0 - 2min}};
  world_.Run(10min);
  builds() = {{.number = 2, .created = world_.ApiNow() + 1min}};
  world_.Run(10min);
  EXPECT_THAT(world_.observer.gaps, Contains("tag0"));
  EXPECT_EQ(world_.Completed("tag0"), 1) << "what the list shows counts all the same";
}

TEST_F(AccountAnswersTest, AScriptWithoutBuildsNeedsNoListWhenCountingBeginsNow) {
  world_.Run(10min);
  EXPECT_EQ(world_.Count(Collector::kList), 0u);
}

TEST_F(AccountAnswersTest, AScriptWithoutBuildsIsProvedByItsOwnEmptyListAndOnce) {
  world_.config.state.baseline = kT0 - 24h;
  world_.Run(10min);
  EXPECT_EQ(world_.Count(Collector::kList), 2u) << "one for each script: latest proves nothing";
  EXPECT_THAT(world_.ledger->account(0).unproved, IsEmpty());
}

TEST_F(AccountAnswersTest, AConfiguredBaselineIsProvedByAWalkOfEachScript) {
  world_.config.state.baseline = kT0 - 24h;
  for (std::uint32_t i = 0; i < 60; ++i) builds().push_back({.number = i, .created = kT0 - 20h + i * 10min});
  world_.Run(10min);
  EXPECT_EQ(world_.Completed("tag0"), 60);
  EXPECT_TRUE(world_.Script("tag0").walked);
  auto lists = world_.AskedOf(Collector::kList);
  std::erase_if(lists, [](const PlanWorld::Asked& asked) { return asked.call.tags.front() != "tag0"; });
  ASSERT_GE(lists.size(), 2u);
  EXPECT_EQ(lists[0].call.per_page, 25);
  EXPECT_EQ(lists[1].call.per_page, 200);
  EXPECT_EQ(lists[1].call.page, 1) << "pages of another size start over";
}

TEST_F(AccountAnswersTest, ABuildThatLatestShowsWithoutAUuidIsFoundInTheList) {
  world_.config.state.baseline = kT0 - 24h;
  builds() = {{.number = 1, .created = kT0 - 2h}};
  world_.edit = [](const Call& call, CallResult& result) {
    if (call.collector != Collector::kLatest) return;
    for (auto& [tag, build] : std::get<workers_builds::LatestBuilds>(*result.payload)) build.uuid.reset();
  };
  world_.Run(10min);
  EXPECT_EQ(world_.Completed("tag0"), 1);
}

TEST_F(AccountAnswersTest, StoppedWithoutAnOutcomeIsReadByUuid) {
  builds() = {{.number = 1, .created = kT0 + 1min, .outcome = BuildOutcome::kFail}};
  world_.edit = [](const Call& call, CallResult& result) {
    if (!result.payload || call.collector == Collector::kBuild) return;
    if (auto* latest = std::get_if<workers_builds::LatestBuilds>(&*result.payload)) {
      for (auto& [tag, build] : *latest) build.outcome.reset();
    }
    if (auto* page = std::get_if<BuildPage>(&*result.payload)) {
      for (auto& build : page->builds) build.outcome.reset();
    }
  };
  world_.Run(10min);
  ASSERT_GE(world_.Count(Collector::kBuild), 1u);
  EXPECT_EQ(world_.AskedOf(Collector::kBuild)[0].call.uuid, UuidOf(1));
  EXPECT_EQ(world_.Completed("tag0", BuildOutcome::kFail), 1);
}

TEST_F(AccountAnswersTest, AnOutcomeThatDoesNotComeIsUnknownAfterTenMinutes) {
  builds() = {{.number = 1, .created = kT0 - 1min}};
  world_.edit = [](const Call&, CallResult& result) {
    if (!result.payload) return;
    const auto strip = [](workers_builds::Build& build) { build.outcome.reset(); };
    if (auto* latest = std::get_if<workers_builds::LatestBuilds>(&*result.payload)) {
      for (auto& [tag, build] : *latest) strip(build);
    }
    if (auto* page = std::get_if<BuildPage>(&*result.payload)) std::ranges::for_each(page->builds, strip);
    if (auto* build = std::get_if<workers_builds::Build>(&*result.payload)) strip(*build);
  };
  world_.Run(9min);
  EXPECT_EQ(world_.Completed("tag0", BuildOutcome::kUnknown), 0);
  EXPECT_NEAR(static_cast<double>(world_.Count(Collector::kBuild)), 18, 2) << "asked again at the interval";
  world_.Run(2min);
  EXPECT_EQ(world_.Completed("tag0", BuildOutcome::kUnknown), 1);
  world_.Forget();
  world_.Run(10min);
  EXPECT_EQ(world_.Count(Collector::kBuild), 0u) << "nothing waits any more";
}

TEST_F(AccountAnswersTest, HoursWithoutAnswersGiveNoOutcomeUp) {
  builds() = {{.number = 1, .created = kT0 - 1min}};
  world_.edit = [](const Call&, CallResult& result) {
    if (!result.payload) return;
    if (auto* latest = std::get_if<workers_builds::LatestBuilds>(&*result.payload)) {
      for (auto& [tag, build] : *latest) build.outcome.reset();
    }
    if (auto* page = std::get_if<BuildPage>(&*result.payload)) {
      for (auto& build : page->builds) build.outcome.reset();
    }
    if (auto* build = std::get_if<workers_builds::Build>(&*result.payload)) build->outcome.reset();
  };
  world_.Run(2min);
  world_.edit = {};
  world_.fault = [](const Call&) { return std::optional(support::FakeAccount::ErrorOf(ErrorReason::kConnect)); };
  world_.Run(1h);
  builds().push_back({.number = 2, .created = kT0 + 30min});
  world_.fault = {};
  world_.Run(2min);
  EXPECT_EQ(world_.Completed("tag0"), 2);
  EXPECT_EQ(world_.Completed("tag0", BuildOutcome::kUnknown), 0);
}

TEST_F(AccountAnswersTest, ABuildIsLostAfterTwoNotFoundFiveMinutesApartAndComesBack) {
  builds() = {{.number = 1, .created = kT0 - 1min, .run = 30min}};
  world_.Run(1min);
  account().hidden = {UuidOf(1)};
  world_.Run(4min);
  EXPECT_GE(world_.Count(Collector::kBuild), 1u);
  EXPECT_THAT(world_.observer.lost, IsEmpty());
  world_.Run(4min);
  EXPECT_THAT(world_.observer.lost, ElementsAre(UuidOf(1)));
  std::vector<MonoTime> asked;
  for (const auto& one : world_.AskedOf(Collector::kBuild)) asked.push_back(one.at);
  EXPECT_GE(asked.back() - asked.front(), 5min);
  EXPECT_TRUE(world_.Script("tag0").newest()->lost);

  account().hidden.clear();
  world_.Run(1h);
  EXPECT_FALSE(world_.Script("tag0").newest()->lost);
  EXPECT_EQ(world_.Completed("tag0"), 1);
}

TEST_F(AccountAnswersTest, AScriptLeavesAfterTwoDiscoveriesAndIsAskedForNoMore) {
  builds() = {{.number = 1, .created = kT0 - 1h, .run = 1000h}};
  world_.Run(1min);
  account().scripts.erase(account().scripts.begin());
  world_.Run(6min);
  EXPECT_TRUE(world_.Script("tag0").present);
  world_.Run(5min);
  EXPECT_FALSE(world_.Script("tag0").present);
  world_.Forget();
  world_.Run(1h);
  for (const auto& asked : world_.asked) EXPECT_THAT(asked.call.tags, Each(::testing::Ne("tag0")));
}

TEST_F(AccountAnswersTest, AScriptThatReturnsBringsTheBuildsOfItsAbsence) {
  builds() = {{.number = 1, .created = kT0 + 1min}};
  world_.Run(10min);
  const auto scripts = account().scripts;
  account().scripts.erase(account().scripts.begin());
  world_.Run(1h);
  for (std::uint32_t i = 2; i < 30; ++i) builds().push_back({.number = i, .created = kT0 + 1h + i * 1s});
  account().scripts = scripts;
  world_.Run(10min);
  EXPECT_EQ(world_.Completed("tag0"), 29);
}

TEST_F(AccountAnswersTest, AnEmptyDiscoveryIsAnErrorAndRemovesNothing) {
  world_.Run(1min);
  account().scripts.clear();
  world_.Run(1h);
  EXPECT_TRUE(world_.Script("tag0").present);
  EXPECT_THAT(world_.observer.ErrorsOf(Collector::kDiscovery), Contains(ErrorReason::kSchema));
  EXPECT_FALSE(world_.plan->account(0).Up(world_.now)) << "no usable discovery for an hour";
}

TEST_F(AccountAnswersTest, AFailedDiscoveryRemovesNothing) {
  world_.Run(1min);
  for (const auto reason : {ErrorReason::kSchema, ErrorReason::kHttp5xx, ErrorReason::kTimeout}) {
    world_.fault = [reason](const Call& call) -> std::optional<workers_builds::Error> {
      if (call.collector != Collector::kDiscovery) return std::nullopt;
      return support::FakeAccount::ErrorOf(reason);
    };
    world_.Run(30min);
    EXPECT_TRUE(world_.Script("tag0").present) << ToWord(reason);
  }
}

TEST_F(AccountAnswersTest, NewScriptsBeyondMaxScriptsAreRefusedAndShownOnesStay) {
  world_.config.metrics.max_scripts = 3;
  world_.Run(1min);
  account().AddScripts(3);
  std::ranges::reverse(account().scripts);
  world_.Run(11min);
  EXPECT_EQ(world_.plan->account(0).watched_scripts(), 3u);
  EXPECT_EQ(world_.observer.refused[static_cast<std::size_t>(DropReason::kMaxScripts)].scripts, 2);
  EXPECT_NE(world_.ledger->FindScript(0, "tag0"), nullptr);
  EXPECT_TRUE(world_.Script("tag0").present);
  EXPECT_TRUE(world_.Script("tag1").present);
  ASSERT_NE(world_.ledger->FindScript(0, "tag4"), nullptr) << "the first of the new ones";
  EXPECT_EQ(world_.ledger->FindScript(0, "tag3"), nullptr);
}

TEST_F(AccountAnswersTest, TheCapsAreThoseOfAllAccountsTogether) {
  support::PlanWorld world(2);
  world.config.metrics.max_scripts = 5;
  for (support::FakeAccount& account : world.accounts) account.AddScripts(3);
  world.Run(1min);
  EXPECT_EQ(world.plan->account(0).watched_scripts() + world.plan->account(1).watched_scripts(), 5u);
}

TEST_F(AccountAnswersTest, NewScriptsThatWouldHaveTooManySeriesAreRefused) {
  world_.config.metrics.max_series = 100;
  world_.series_of = [](const std::string&) { return 40; };
  account().AddScripts(2);
  world_.Run(1min);
  EXPECT_EQ(world_.plan->account(0).watched_scripts(), 2u);
  const RefusedScripts& refused = world_.observer.refused[static_cast<std::size_t>(DropReason::kMaxSeries)];
  EXPECT_EQ(refused.scripts, static_cast<std::int64_t>(account().scripts.size()) - 2);
  EXPECT_EQ(refused.series, 40 * refused.scripts);
  account().scripts.erase(account().scripts.begin());
  world_.Run(15min);
  EXPECT_EQ(world_.plan->account(0).watched_scripts(), 2u) << "a place that is free is taken";
}

TEST_F(AccountAnswersTest, AScriptThatIsRenamedIsReckonedAnew) {
  world_.config.metrics.max_series = 100;
  world_.series_of = [](const std::string& name) { return name == "large" ? 80 : 20; };
  world_.Run(1min);
  ASSERT_EQ(world_.plan->account(0).watched_scripts(), 2u);
  account().scripts[0].first = "large";
  world_.Run(6min);
  account().AddScripts(1);
  world_.Run(6min);
  EXPECT_EQ(world_.plan->account(0).watched_scripts(), 2u) << "those that are shown stay, and there is no room left";
}

}  // namespace
}  // namespace exporter::poll
