#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "exporter/ledger/ledger.h"
#include "tests/support/ledger_world.h"
#include "tests/support/page_text.h"

namespace exporter::ledger {
namespace {

using support::BuildLife;
using support::kT0;
using support::LedgerWorld;
using workers_builds::Build;
using namespace std::chrono_literals;

constexpr int kScripts = 3;

std::string TagOf(int script) {
  return "tag" + std::to_string(script);
}

struct Sighting {
  int script;
  Build build;
};

/// Every stage of builds of all kinds around the baseline.
std::vector<Sighting> Sightings(std::mt19937& random) {
  std::vector<Sighting> sightings;
  const std::vector<std::vector<std::string>> branches = {{"main"}, {"*"}, {}};
  for (std::uint32_t number = 1; number <= 60; ++number) {
    const auto milli = [&random](int most) {
      return std::chrono::milliseconds(std::uniform_int_distribution(0, most)(random));
    };
    BuildLife life;
    life.number = number;
    life.created = kT0 - 2h + number * 2min + milli(100'000);
    life.outcome = kOutcomes[random() % kOutcomes.size()];
    life.branches = branches[random() % branches.size()];
    life.source = kTriggerSources[random() % kTriggerSources.size()];
    life.queue = milli(90'000);
    life.init = milli(60'000);
    life.run = milli(900'000);
    auto snapshots = life.Snapshots();
    if (number > 55) snapshots.pop_back();  // some are still under way
    for (Build& build : snapshots) {
      build.trigger->repo_connection = {"github", "acme", "repository" + std::to_string(number)};
      sightings.push_back({static_cast<int>(number) % kScripts, build});
    }
  }
  return sightings;
}

/// The page after these sightings, each in an answer of its own, and a walk of every script.
std::string PageAfter(const std::vector<Sighting>& sightings, LedgerWorld& world) {
  std::vector<std::pair<std::string, std::string>> scripts;
  for (int script = 0; script < kScripts; ++script) scripts.emplace_back("script" + TagOf(script), TagOf(script));
  world.Discover(scripts);
  for (const Sighting& sighting : sightings) world.See(TagOf(sighting.script), {sighting.build});
  for (int script = 0; script < kScripts; ++script) world.Walk(TagOf(script), {}, kT0 + 24h);
  return support::TextOf(world.ledger);
}

TEST(LedgerProperty, TheSameAnswersGiveTheSamePageWhateverTheirOrderAndRepetition) {
  std::mt19937 random(1);
  std::vector<Sighting> sightings = Sightings(random);
  LedgerWorld in_order(kT0 - 1h);
  const std::string expected = PageAfter(sightings, in_order);
  for (int round = 0; round < 30; ++round) {
    std::vector<Sighting> mixed = sightings;
    for (std::size_t i = 0; i < sightings.size(); ++i) mixed.push_back(sightings[random() % sightings.size()]);
    std::ranges::shuffle(mixed, random);
    LedgerWorld world(kT0 - 1h);
    ASSERT_EQ(support::SamplesOf(PageAfter(mixed, world), ""), support::SamplesOf(expected, "")) << "round " << round;
    ASSERT_EQ(world.store.builds, in_order.store.builds) << "round " << round;
  }
}

TEST(LedgerProperty, TheDeltasEqualARecountOfTheStoredRows) {
  std::mt19937 random(2);
  milliseconds episodes{0};
  for (int round = 0; round < 10; ++round) {
    std::vector<Sighting> sightings = Sightings(random);
    std::ranges::shuffle(sightings, random);
    const Timestamp baseline = kT0 - 1h;
    LedgerWorld world(baseline);
    PageAfter(sightings, world);

    const BucketBounds& bounds = world.ledger.bounds();
    AccountCounters account(bounds);
    std::map<std::pair<ScriptId, BranchClass>, ClassCounters> classes;
    for (const auto& [uuid, row] : world.store.builds) {
      ClassCounters& counters = classes[{row.script, row.branch_class}];
      if (row.created >= baseline) {
        counters.AddSubmitted();
        account.AddSubmitted(row);
      }
      if (row.final() && *row.stopped >= baseline) {
        counters.AddCompleted(row, DurationsOf(row));
        account.durations.AddCompleted(row, DurationsOf(row), bounds);
        if (row.failure_episode) account.durations.AddEpisode(row, bounds);
      }
    }
    EXPECT_EQ(world.ledger.account(0).counters, account) << "round " << round;
    episodes += account.durations.failure_episode.sum();
    for (const ScriptId id : world.ledger.account(0).scripts) {
      for (const BranchClass branch_class : kBranchClasses) {
        EXPECT_EQ(world.ledger.script(id).classes[Index(branch_class)].counters, (classes[{id, branch_class}]))
            << "round " << round << ", script " << id << ", " << ToWord(branch_class);
      }
    }
  }
  EXPECT_GT(episodes, 0ms) << "the builds should hold an episode";
}

}  // namespace
}  // namespace exporter::ledger
