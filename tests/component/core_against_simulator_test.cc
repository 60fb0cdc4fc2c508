#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "tests/component/virtual_run.h"

namespace exporter::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Longer than any pause after an error, than the holding of new counters and than the re-reading of lists.
constexpr minutes kUntilAllIsKnown{12};

simulator::Scenario BusyAccount(std::uint64_t seed) {
  simulator::Scenario scenario;
  scenario.seed = seed;
  scenario.accounts.front().builds_per_hour = 60;
  return scenario;
}

TEST(CoreAgainstSimulator, EqualsTheTruthAfterAQuietStart) {
  VirtualRun run(BusyAccount(1), ConfigFor(BusyAccount(1)));
  run.RunFor(minutes(5));
  run.FreezeBuilds();
  run.RunFor(kUntilAllIsKnown);
  EXPECT_THAT(run.DifferencesFromTruth(), IsEmpty());
}

TEST(CoreAgainstSimulator, EqualsTheTruthAfterHalfADay) {
  VirtualRun run(BusyAccount(2), ConfigFor(BusyAccount(2)));
  run.RunFor(hours(12));
  run.FreezeBuilds();
  run.RunFor(kUntilAllIsKnown);
  EXPECT_THAT(run.DifferencesFromTruth(), IsEmpty());
  EXPECT_LE(run.MostRequestsInAWindow(), 600U);
}

TEST(CoreAgainstSimulator, CountsFromTheConfiguredBaselineOn) {
  const simulator::Scenario scenario = BusyAccount(3);
  config::Config config = ConfigFor(scenario);
  config.state.baseline = std::chrono::sys_days(std::chrono::year(2026) / 9 / 13);
  VirtualRun run(scenario, config);
  run.RunFor(hours(2));
  run.FreezeBuilds();
  run.RunFor(kUntilAllIsKnown);
  EXPECT_THAT(run.DifferencesFromTruth(), IsEmpty());
}

TEST(CoreAgainstSimulator, AnswersThatShowNothingAtTheStartHideNoHistory) {
  simulator::Scenario scenario = BusyAccount(10);
  scenario.accounts.front().script_count = 3;
  scenario.accounts.front().history = 2000;
  for (const auto operation : {simulator::Operation::kLatest, simulator::Operation::kList}) {
    scenario.faults.push_back({.operation = operation,
                               .kind = simulator::FaultKind::kEmptyResult,
                               .count = 1,
                               .retry_after = {},
                               .delay = {}});
  }
  config::Config config = ConfigFor(scenario);
  config.state.baseline = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
  VirtualRun run(scenario, config);
  run.RunFor(hours(1));
  run.FreezeBuilds();
  run.RunFor(kUntilAllIsKnown);
  EXPECT_TRUE(run.simulator().faults().all_used());
  EXPECT_THAT(run.DifferencesFromTruth(), IsEmpty());
}

TEST(CoreAgainstSimulator, AFreePlanShowsItsLimits) {
  simulator::Scenario scenario = BusyAccount(4);
  scenario.accounts.front().plan = simulator::Plan::kFree;
  scenario.accounts.front().builds_per_hour = 20;
  VirtualRun run(scenario, ConfigFor(scenario));
  run.RunFor(hours(3));
  run.FreezeBuilds();
  run.RunFor(kUntilAllIsKnown);
  EXPECT_THAT(run.DifferencesFromTruth(), IsEmpty());
}

TEST(CoreAgainstSimulator, TwoAccountsOfOneTokenShareItsBudget) {
  simulator::Scenario scenario = BusyAccount(5);
  scenario.accounts.push_back(scenario.accounts.front());
  scenario.accounts.back().id = "fedcba9876543210fedcba9876543210";
  scenario.accounts.back().name = "second";
  config::Config config = ConfigFor(scenario);
  config.api.requests_per_5m = 200;
  VirtualRun run(scenario, config);
  run.RunFor(hours(6));
  run.FreezeBuilds();
  run.RunFor(kUntilAllIsKnown);
  EXPECT_THAT(run.DifferencesFromTruth(), IsEmpty());
  EXPECT_LE(run.MostRequestsInAWindow(), 200U);
  EXPECT_THAT(run.OwnMetrics(), HasSubstr("api_budget_requests{account=\"second\"} 100\n"))
      << "half of it each, so that sums are right";
}

TEST(CoreAgainstSimulator, FollowsRenamedDeletedAndNewScripts) {
  VirtualRun run(BusyAccount(6), ConfigFor(BusyAccount(6)));
  run.RunFor(hours(1));
  simulator::SimulatedAccount& account = *run.simulator().FindAccount("");
  const auto name = [&account](std::size_t script) { return account.scripts()[script].name; };
  ASSERT_TRUE(account.Rename(name(0), "renamed"));
  const std::string reused = name(1);
  ASSERT_TRUE(account.Delete(reused));
  ASSERT_TRUE(account.Create({.name = reused, .weight = {}, .typical_run = {}}));
  ASSERT_TRUE(account.Delete(name(2)));
  ASSERT_TRUE(account.Create({.name = "brand-new", .weight = {}, .typical_run = {}}));
  run.RunFor(hours(2));
  run.FreezeBuilds();
  run.RunFor(minutes(20));
  EXPECT_THAT(run.DifferencesFromTruth(), IsEmpty());
}

struct FaultCase {
  simulator::FaultKind kind;
  std::string name;
};

std::ostream& operator<<(std::ostream& out, const FaultCase& fault) {
  return out << fault.name;
}

/// Ten quiet minutes, an hour in which calls of every kind go wrong again and again, then time to recover.
void LiveThrough(VirtualRun& run, simulator::FaultKind kind) {
  using simulator::Operation;
  std::vector<Operation> operations = {Operation::kLatest};
  // A row that is late in `latest` is late in the list that would follow.
  if (kind != simulator::FaultKind::kLateRows) {
    operations.insert(operations.end(), {Operation::kList, Operation::kDiscovery, Operation::kLimits});
  }
  run.RunFor(minutes(10));
  for (int round = 0; round < 3; ++round) {
    for (const Operation operation : operations) {
      run.simulator().faults().Queue(
          {.operation = operation, .kind = kind, .count = 3, .retry_after = {}, .delay = minutes(1)});
    }
    run.RunFor(minutes(20));
  }
  run.RunFor(minutes(40));
  run.FreezeBuilds();
  run.RunFor(minutes(40));
}

class CoreUnderFault : public ::testing::TestWithParam<FaultCase> {};

TEST_P(CoreUnderFault, EqualsTheTruthOnceTheFaultIsOver) {
  VirtualRun run(BusyAccount(7), ConfigFor(BusyAccount(7)));
  LiveThrough(run, GetParam().kind);
  EXPECT_TRUE(run.simulator().faults().all_used());
  EXPECT_THAT(run.DifferencesFromTruth(), IsEmpty());
  EXPECT_LE(run.MostRequestsInAWindow(), 600U);
}

INSTANTIATE_TEST_SUITE_P(Every, CoreUnderFault,
                         ::testing::Values(FaultCase{simulator::FaultKind::kRateLimited, "RateLimited"},
                                           FaultCase{simulator::FaultKind::kInternalError, "InternalError"},
                                           FaultCase{simulator::FaultKind::kUnauthorized, "Unauthorized"},
                                           FaultCase{simulator::FaultKind::kForbidden, "Forbidden"},
                                           FaultCase{simulator::FaultKind::kNotFound, "NotFound"},
                                           FaultCase{simulator::FaultKind::kReset, "Reset"},
                                           FaultCase{simulator::FaultKind::kTruncated, "Truncated"},
                                           FaultCase{simulator::FaultKind::kSlow, "Slow"},
                                           FaultCase{simulator::FaultKind::kMalformedJson, "MalformedJson"},
                                           FaultCase{simulator::FaultKind::kDeepNesting, "DeepNesting"},
                                           FaultCase{simulator::FaultKind::kEmptyResult, "EmptyResult"},
                                           FaultCase{simulator::FaultKind::kNullResult, "NullResult"},
                                           FaultCase{simulator::FaultKind::kInvalidUtf8, "InvalidUtf8"},
                                           FaultCase{simulator::FaultKind::kReversed, "Reversed"},
                                           FaultCase{simulator::FaultKind::kPageDrift, "PageDrift"},
                                           FaultCase{simulator::FaultKind::kLateRows, "LateRows"}),
                         [](const auto& test) { return test.param.name; });

/// What a build was when it was first seen stays with it, also when that was nonsense: its class or outcome may be
/// unknown for ever, but it is there, and once.
class CoreUnderNonsense : public ::testing::TestWithParam<FaultCase> {};

TEST_P(CoreUnderNonsense, CountsEveryBuildOnceUnderSomeLabels) {
  VirtualRun run(BusyAccount(7), ConfigFor(BusyAccount(7)));
  LiveThrough(run, GetParam().kind);
  EXPECT_TRUE(run.simulator().faults().all_used());
  std::map<std::string, double> truth;
  for (const auto& series : run.simulator().Truth(*run.core().ledger().account(0).baseline)) {
    truth[series.name] += series.value;
  }
  std::map<std::string, double> shown;
  for (const auto& [series, value] : run.Page()) shown[series.substr(0, series.find('{'))] += std::stod(value);
  for (const char* name : {"completed_total", "submitted_total", "triggered_total", "elapsed_duration_seconds_count"}) {
    const std::string family = std::string("cloudflare_workers_builds_") + name;
    EXPECT_EQ(shown[family], truth[family]) << family;
    EXPECT_GT(truth[family], 0) << family;
  }
}

INSTANTIATE_TEST_SUITE_P(Every, CoreUnderNonsense,
                         ::testing::Values(FaultCase{simulator::FaultKind::kWrongTypes, "WrongTypes"},
                                           FaultCase{simulator::FaultKind::kUnknownWords, "UnknownWords"}),
                         [](const auto& test) { return test.param.name; });

TEST(CoreAgainstSimulator, KeepsWhatItKnowsWhileTheApiIsAwayAndSaysUp0) {
  VirtualRun run(BusyAccount(8), ConfigFor(BusyAccount(8)));
  run.RunFor(minutes(20));
  const auto before = run.Page();
  run.FreezeBuilds();
  run.simulator().faults().Queue(
      {.operation = {}, .kind = simulator::FaultKind::kReset, .count = 100000, .retry_after = {}, .delay = {}});
  run.RunFor(minutes(30));
  auto after = run.Page();
  const std::string up = "cloudflare_workers_builds_up{account=\"" + run.simulator().FindAccount("")->id() + "\"}";
  EXPECT_EQ(before.at(up), "1");
  EXPECT_EQ(after.at(up), "0");
  EXPECT_EQ(after.size(), before.size());
  EXPECT_THAT(run.OwnMetrics(), HasSubstr("reason=\"connect\"} "));
}

TEST(CoreAgainstSimulator, IsRepeatableFromItsSeed) {
  const auto run_once = [] {
    VirtualRun run(BusyAccount(9), ConfigFor(BusyAccount(9)));
    run.RunFor(hours(3));
    return std::pair(run.Page(), run.requests());
  };
  EXPECT_EQ(run_once(), run_once());
}

}  // namespace
}  // namespace exporter::testing
