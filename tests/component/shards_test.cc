#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/component/shard_fleet.h"

/// Several exporters that share the scripts of an account say together what one alone would say.
namespace exporter::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST(Shards, SumUpToOneExporterAndStillDoAfterOneWasAdded) {
  ShardFleet fleet(3);
  fleet.RunFor(hours(2));
  fleet.LetBuildsRest();
  EXPECT_THAT(fleet.DifferencesFromTruth(), IsEmpty());
  EXPECT_THAT(fleet.DifferencesFromOneAlone(), IsEmpty());

  fleet.LetBuildsGoOn();
  fleet.Scale(4);
  fleet.RunFor(hours(2));
  fleet.LetBuildsRest();
  EXPECT_THAT(fleet.DifferencesFromOneAlone(), IsEmpty());
}

TEST(Shards, SumUpToOneExporterAfterOneWasTakenAwayAndCameBack) {
  ShardFleet fleet(3);
  fleet.RunFor(hours(1));
  fleet.Scale(2);
  fleet.RunFor(hours(1));
  fleet.LetBuildsRest();
  EXPECT_THAT(fleet.DifferencesFromOneAlone(), IsEmpty());

  fleet.LetBuildsGoOn();
  fleet.Scale(3);
  fleet.RunFor(hours(1));
  fleet.LetBuildsRest();
  EXPECT_THAT(fleet.DifferencesFromOneAlone(), IsEmpty());

  fleet.LetBuildsGoOn();
  fleet.Scale(1);
  fleet.RunFor(hours(1));
  fleet.LetBuildsRest();
  EXPECT_THAT(fleet.DifferencesFromOneAlone(), IsEmpty());
}

TEST(Shards, OnlyScriptsThatMustMoveDo) {
  ShardFleet fleet(3);
  fleet.RunFor(minutes(30));
  const auto before = fleet.Owners();
  fleet.Scale(4);
  fleet.RunFor(minutes(30));
  const auto after = fleet.Owners();
  ASSERT_EQ(before.size(), after.size());
  std::size_t moved = 0;
  for (const auto& [script, owners] : before) {
    ASSERT_EQ(owners.size(), 1U) << script;
    const std::set<std::size_t> new_owners = after.at(script);
    EXPECT_THAT(new_owners, AnyOf(owners, std::set<std::size_t>{3})) << script;
    moved += new_owners.contains(3) ? 1 : 0;
  }
  EXPECT_GT(moved, 0U);
  EXPECT_LT(moved, before.size() / 2);
}

/// Counters that have increased more than is true.
std::vector<std::string> TooMuch(const Values& before, const Values& after, const Values& seen) {
  std::vector<std::string> too_much;
  for (const auto& [series, increase] : seen) {
    const auto since = after.find(series);
    const auto until = before.find(series);
    if (since == after.end()) continue;
    const double is_true = since->second - (until == before.end() ? 0 : until->second);
    if (increase > is_true + 1e-6) {
      too_much.push_back(series + " has grown by " + std::to_string(is_true) + " and seems to by " +
                         std::to_string(increase));
    }
  }
  return too_much;
}

double Completed(const Values& values) {
  double sum = 0;
  for (const auto& [series, value] : values) {
    if (NameOf(series) == "cloudflare_workers_builds_completed_total") sum += value;
  }
  return sum;
}

struct Move {
  std::vector<int> before;
  int to;
};

/// Shards that come and shards that go, with what is left of them in their states.
class ShardsThatMove : public ::testing::TestWithParam<Move> {};

INSTANTIATE_TEST_SUITE_P(Shards, ShardsThatMove,
                         ::testing::Values(Move{{3}, 4}, Move{{4}, 3}, Move{{1}, 3}, Move{{3}, 1}, Move{{3, 2}, 3},
                                           Move{{3, 4}, 3}),
                         [](const auto& move) {
                           std::string name = "From";
                           for (const int total : move.param.before) name += std::to_string(total) + "To";
                           return name + std::to_string(move.param.to);
                         });

TEST_P(ShardsThatMove, LookLikeNoBuild) {
  ShardFleet fleet(GetParam().before.front(), {.history = 3000});
  for (const int total : GetParam().before) {
    if (total != GetParam().before.front()) fleet.Scale(total);
    fleet.RunFor(hours(1));
  }
  fleet.LetBuildsRest();
  const Values truth_before = fleet.Truth();
  fleet.ForgetIncreases();
  fleet.LetBuildsGoOn();
  fleet.Scale(GetParam().to);
  fleet.RunFor(hours(2));
  fleet.LetBuildsRest();
  const Values truth_after = fleet.Truth();
  const Values seen = fleet.Seen();
  EXPECT_GT(seen.size(), 500U);
  EXPECT_THAT(TooMuch(truth_before, truth_after, seen), IsEmpty());
  // And they hide next to none: of the scripts that moved, what stopped before their new shard looked.
  const double is_true = Completed(truth_after) - Completed(truth_before);
  EXPECT_GT(is_true, 150);
  EXPECT_GT(Completed(seen), 0.98 * is_true);
}

TEST(Shards, TheRunTimeOfThePeriodDoesNotDependOnHowFarBackAShardHappenedToRead) {
  ShardFleet fleet(3, {.history = 3000});
  for (const int total : {4, 3}) {
    fleet.RunFor(hours(1));
    fleet.LetBuildsRest();
    EXPECT_THAT(fleet.DifferencesFromOneAlone(), Not(Contains(HasSubstr("account_period_run_seconds"))));
    fleet.LetBuildsGoOn();
    fleet.Scale(total);
  }
}

TEST(Shards, ARestartInTheMiddleOfAMoveChangesNothing) {
  ShardFleet fleet(3);
  fleet.RunFor(hours(2));
  fleet.LetBuildsRest();
  const Values truth_before = fleet.Truth();
  fleet.ForgetIncreases();
  for (const auto after : {seconds(0), seconds(1), seconds(5), seconds(60)}) {
    fleet.Scale(4);
    fleet.RunFor(after);
  }
  fleet.LetBuildsGoOn();
  fleet.Scale(4);
  fleet.RunFor(hours(1));
  fleet.LetBuildsRest();
  EXPECT_THAT(fleet.DifferencesFromOneAlone(), IsEmpty());
  EXPECT_THAT(TooMuch(truth_before, fleet.Truth(), fleet.Seen()), IsEmpty());
}

TEST(Shards, ShareTheRequestBudget) {
  ShardFleet fleet(3, {.requests_per_5m = 60});
  fleet.RunFor(hours(3));
  std::size_t all = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t most = fleet.shard(i).MostRequestsInAWindow();
    EXPECT_LE(most, 20U) << "of 60 that one exporter may send";
    EXPECT_THAT(fleet.shard(i).OwnMetrics(), ContainsRegex("_api_budget_requests\\{account=\"[^\"]*\"\\} 20\n"));
    all += most;
  }
  EXPECT_GT(all, 50U) << "it is not much that they want";
}

TEST(Shards, CountBuildsWithTheSmallestPartOfABudget) {
  ShardFleet fleet(3, {.requests_per_5m = 3});
  fleet.RunFor(hours(24));
  for (std::size_t i = 0; i < 3; ++i) EXPECT_LE(fleet.shard(i).MostRequestsInAWindow(), 1U);
  EXPECT_GT(Completed(fleet.Seen()), 0);
}

TEST(Shards, ANameThatGoesToAScriptOfAnotherShardIsShownByThatOneAlone) {
  for (const bool listed : {false, true}) {
    ShardFleet fleet(3);
    fleet.RunFor(hours(1));
    const std::string name = fleet.MakeAnew(listed);
    fleet.RunFor(minutes(6));
    EXPECT_THAT(fleet.Owners().at(name), SizeIs(1)) << (listed ? "listed" : "not listed") << " by its tag";
    fleet.LetBuildsRest();
    EXPECT_THAT(fleet.DifferencesFromOneAlone(), IsEmpty());
  }
}

}  // namespace
}  // namespace exporter::testing
