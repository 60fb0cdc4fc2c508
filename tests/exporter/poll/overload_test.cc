#include <gmock/gmock.h>

#include "exporter/poll/poll_plan.h"
#include "tests/support/plan_world.h"

namespace exporter::poll {
namespace {

using support::BuildLife;
using support::kT0;
using support::PlanWorld;
using support::UuidOf;
using ::testing::Contains;
using ::testing::SizeIs;
using namespace std::chrono_literals;

/// A budget that never carries the lists of its scripts: all but tag0 and tag1 have a build every two minutes.
class OverloadTest : public ::testing::Test {
 protected:
  OverloadTest() {
    world_.config.api.requests_per_5m = 40;
    world_.config.poll.audit_interval = 1h;
    world_.accounts[0].AddScripts(20);
    std::uint32_t number = 100;
    for (const auto& [name, tag] : world_.accounts[0].scripts) {
      auto& builds = world_.accounts[0].builds[tag];
      builds = {{.number = ++number, .created = kT0 - 2h}};
      for (milliseconds at = 0min; tag > "tag1" && at < 6h; at += 2min) {
        builds.push_back({.number = ++number, .created = kT0 + at});
      }
    }
    builds("tag1").push_back({.number = 1, .created = kT0 + 2h});
    world_.Run(2h);
    world_.Forget();
  }

  std::vector<BuildLife>& builds(const std::string& tag) { return world_.accounts[0].builds[tag]; }
  std::vector<std::string> Listed() const {
    std::vector<std::string> tags;
    for (const auto& asked : world_.AskedOf(Collector::kList)) tags.push_back(asked.call.tags.front());
    return tags;
  }

  PlanWorld world_;
};

TEST_F(OverloadTest, AuditsHaveTheirTurn) {
  world_.Run(2h);
  EXPECT_THAT(Listed(), Contains("tag0"));
  EXPECT_GT(world_.plan->account(0).Lag(world_.now), 1min) << "though lists are always overdue";
}

TEST_F(OverloadTest, AnAuditOfAScriptWhoseListIsWantedReadsAllOfIt) {
  // The first page of 25 does not reach back an hour: it proves nothing without the second one.
  world_.Run(2h);
  std::map<std::string, int> alone;
  for (const auto& asked : world_.AskedOf(Collector::kList)) {
    alone[asked.call.tags.front()] += asked.call.per_page == HistoryWalk::kFirstPageSize ? 1 : -1;
  }
  alone.erase("tag0");  // nobody wants to know about them
  alone.erase("tag1");
  for (const auto& [tag, pages] : alone) EXPECT_NEAR(pages, 0, 1) << tag;
}

TEST_F(OverloadTest, ABuildIsReadByUuidWhenItIsItsTurn) {
  world_.edit = [](const Call& call, CallResult& result) {
    if (!result.payload || call.collector == Collector::kBuild) return;
    const auto strip = [](workers_builds::Build& build) {
      if (build.uuid == UuidOf(1)) build.outcome.reset();
    };
    if (auto* latest = std::get_if<workers_builds::LatestBuilds>(&*result.payload)) {
      for (auto& [tag, build] : *latest) strip(build);
    }
    if (auto* page = std::get_if<workers_builds::BuildPage>(&*result.payload))
      std::ranges::for_each(page->builds, strip);
  };
  world_.Run(1h);
  EXPECT_EQ(world_.Completed("tag1"), 1);
}

TEST_F(OverloadTest, AQuarterOfTheBudgetLooksForNewBuilds) {
  world_.Run(2h);
  const auto all = static_cast<double>(world_.asked.size());
  EXPECT_GE(static_cast<double>(world_.Count(Collector::kLatest)) / all, 0.2) << "less what lists show as well";
  EXPECT_GE(static_cast<double>(world_.Count(Collector::kList)) / all, 0.4) << "and the rest reads what was found";
}

TEST_F(OverloadTest, TheMetricsSayThatItStretches) {
  const MonoTime from = world_.now;
  world_.Run(2h);
  const auto looks = world_.Count(Collector::kLatest);
  // Every call carries all 20 scripts.
  const double gap = std::chrono::duration<double>(world_.now - from).count() / static_cast<double>(looks);
  const std::chrono::duration<double> said = world_.plan->account(0).EffectiveInterval(Tier::kActive);
  EXPECT_GT(said, 15s) << "of 10";
  EXPECT_NEAR(said.count(), gap, gap / 2);
}

}  // namespace
}  // namespace exporter::poll
