#include "tests/simulator/truth.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/simulator/test_support.h"

namespace simulator {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const Labels kShop = {{"account", "production"}, {"script_name", "shop"}, {"branch_class", "production"}};

Labels Shop(const Labels& more) {
  Labels labels = kShop;
  labels.insert(more.begin(), more.end());
  return labels;
}

class TruthTest : public ::testing::Test {
 protected:
  /// Runs a build of the script to its end, a minute. Returns when it stopped.
  Instant Run(Outcome outcome, BranchClass branch_class = BranchClass::kProduction) {
    const std::string uuid = account_.Submit(ShopBuild(outcome, branch_class)).value();
    account_.AdvanceTo(account_.now() + seconds(60));
    return account_.FindBuild(uuid)->stopped_on.value();
  }

  std::vector<Series> Truth(Instant baseline = kStart) const { return TruthOf(account_, baseline); }

  std::optional<double> Value(const std::string& name, const Labels& labels, Instant baseline = kStart) const {
    return ValueOf(Truth(baseline), name, labels);
  }

  SimulatedAccount account_{QuietScenario().accounts.front(), 1, kStart};
};

TEST_F(TruthTest, CountsAFinishedBuildWithItsPhases) {
  Run(Outcome::kSuccess);
  EXPECT_EQ(Value("completed_total", Shop({{"outcome", "success"}})), 1);
  EXPECT_EQ(Value("completed_total", Shop({{"outcome", "fail"}})), 0);
  EXPECT_EQ(Value("submitted_total", kShop), 1);
  EXPECT_EQ(Value("phase_seconds_total", Shop({{"phase", "queue"}})), 2);
  EXPECT_EQ(Value("phase_seconds_total", Shop({{"phase", "init"}})), 4);
  EXPECT_EQ(Value("phase_seconds_total", Shop({{"phase", "run"}})), 54);
  EXPECT_EQ(Value("phase_builds_total", Shop({{"phase", "run"}})), 1);
  EXPECT_EQ(Value("last_phase_seconds", Shop({{"phase", "run"}})), 54);
  EXPECT_EQ(Value("last_success_timestamp_seconds", kShop), ToSeconds(kStart + seconds(60)));
  EXPECT_EQ(Value("last_completed_timestamp_seconds", kShop), ToSeconds(kStart + seconds(60)));
  EXPECT_EQ(Value("last_failure_timestamp_seconds", kShop), std::nullopt);
  EXPECT_EQ(Value("latest_submitted_timestamp_seconds", kShop), ToSeconds(kStart));
  EXPECT_EQ(Value("latest_status", Shop({{"status", "stopped"}})), 1);
  EXPECT_EQ(Value("latest_status", Shop({{"status", "running"}})), 0);
  EXPECT_EQ(Value("latest_status", Shop({{"status", "unknown"}})), 0);
  EXPECT_EQ(Value("last_completed_outcome", Shop({{"outcome", "success"}})), 1);
  EXPECT_EQ(Value("last_completed_outcome", Shop({{"outcome", "fail"}})), 0);
}

TEST_F(TruthTest, ShowsThePreviewCountersOfAScriptThatHasOnlyProductionBuilds) {
  Run(Outcome::kSuccess);
  const Labels preview = {{"script_name", "shop"}, {"branch_class", "preview"}};
  Labels with_outcome = preview;
  with_outcome["outcome"] = "terminated";
  EXPECT_EQ(Value("completed_total", with_outcome), 0);
  EXPECT_EQ(Value("submitted_total", preview), 0);
  EXPECT_EQ(Value("consecutive_failures", preview), 0);
  EXPECT_EQ(Value("latest_build_info", preview), std::nullopt);
  EXPECT_EQ(Value("latest_submitted_timestamp_seconds", preview), std::nullopt);
  EXPECT_EQ(CountOf(Truth(), "latest_status"), 5U) << "one state set: that of production";
}

TEST_F(TruthTest, ShowsOnlyFactsOfAScriptWithoutBuilds) {
  const auto series = Truth();
  EXPECT_EQ(CountOf(series, "script_info"), 3U);
  EXPECT_EQ(CountOf(series, "completed_total"), 0U);
  EXPECT_EQ(ValueOf(series, "scripts", {{"connected", "true"}}), 0);
  EXPECT_EQ(ValueOf(series, "scripts", {{"connected", "false"}}), 3);
  EXPECT_EQ(ValueOf(series, "script_info",
                    {{"script_name", "shop"}, {"repository", ""}, {"provider", ""}, {"production_branch", ""}}),
            1);
}

TEST_F(TruthTest, KnowsTheRepositoryFromAnyBuildAndTheBranchFromAProductionBuild) {
  Run(Outcome::kSuccess, BranchClass::kPreview);
  const std::string repository = "example-org/shop";
  EXPECT_EQ(Value("script_info", {{"repository", repository}, {"provider", "github"}, {"production_branch", ""}}), 1);
  Run(Outcome::kSuccess);
  EXPECT_EQ(Value("script_info", {{"repository", repository}, {"production_branch", "main"}}), 1);
  EXPECT_EQ(Value("script_info", {{"script_tag", account_.FindScriptByName("shop")->tag}, {"script_name", "shop"}}), 1);
}

TEST_F(TruthTest, CountsFromTheBaselineOn) {
  Run(Outcome::kFail);  // created at 0 s, stops at 60 s
  EXPECT_EQ(Value("completed_total", Shop({{"outcome", "fail"}}), kStart + seconds(60)), 1) << "at the baseline counts";
  EXPECT_EQ(Value("submitted_total", kShop, kStart + seconds(60)), 0);
  const Instant later = kStart + seconds(61);
  EXPECT_EQ(Value("completed_total", Shop({{"outcome", "fail"}}), later), 0);
  EXPECT_EQ(Value("phase_builds_total", Shop({{"phase", "queue"}}), later), 0);
  EXPECT_EQ(Value("consecutive_failures", kShop, later), 1) << "gauges look at all of the history";
  EXPECT_EQ(Value("last_failure_timestamp_seconds", kShop, later), ToSeconds(kStart + seconds(60)));
}

TEST_F(TruthTest, LeavesOutPhasesThatABuildDidNotGoThrough) {
  Submission submission = ShopBuild(Outcome::kFail);
  submission.stops_in = Phase::kInit;
  ASSERT_TRUE(account_.Submit(submission));
  account_.AdvanceTo(kStart + seconds(60));
  EXPECT_EQ(Value("phase_seconds_total", Shop({{"phase", "init"}})), 4);
  EXPECT_EQ(Value("phase_builds_total", Shop({{"phase", "run"}})), 0);
  EXPECT_EQ(Value("last_phase_seconds", Shop({{"phase", "init"}})), 4);
  EXPECT_EQ(Value("last_phase_seconds", Shop({{"phase", "run"}})), std::nullopt);
  const Labels failure = {{"branch_class", "production"}, {"outcome_group", "failure"}};
  EXPECT_EQ(Value("run_duration_seconds_count", failure), 0);
  EXPECT_EQ(Value("init_duration_seconds_sum", failure), 4);
  EXPECT_EQ(Value("elapsed_duration_seconds_sum", failure), 6);
}

TEST_F(TruthTest, CountsAllOfASkippedBuildAsQueue) {
  Run(Outcome::kSkipped);
  EXPECT_EQ(Value("completed_total", Shop({{"outcome", "skipped"}})), 1);
  EXPECT_EQ(Value("phase_seconds_total", Shop({{"phase", "queue"}})), 2);
  EXPECT_EQ(Value("phase_builds_total", Shop({{"phase", "init"}})), 0);
  EXPECT_EQ(Value("elapsed_duration_seconds_count", {{"branch_class", "production"}, {"outcome_group", "other"}}), 1);
  EXPECT_EQ(CountOf(Truth(), "last_completed_outcome"), 0U) << "a skipped build is no verdict";
}

TEST_F(TruthTest, CountsFailuresInARowPastSkippedAndCancelledOnes) {
  Run(Outcome::kFail);
  Run(Outcome::kSkipped);
  Run(Outcome::kTerminated);
  Run(Outcome::kCancelled);
  EXPECT_EQ(Value("consecutive_failures", kShop), 2);
  EXPECT_EQ(Value("last_completed_outcome", Shop({{"outcome", "terminated"}})), 1);
  EXPECT_EQ(CountOf(Truth(), "last_failed_build_info"), 1U);
  Run(Outcome::kSuccess);
  EXPECT_EQ(Value("consecutive_failures", kShop), 0);
  EXPECT_EQ(CountOf(Truth(), "last_failed_build_info"), 0U);
  EXPECT_NE(Value("last_failure_timestamp_seconds", kShop), std::nullopt);
}

TEST_F(TruthTest, OrdersVerdictsByTheirEndNotByTheirStart) {
  Submission slow = ShopBuild(Outcome::kFail);
  slow.run = minutes(10);
  const std::string slow_uuid = account_.Submit(slow).value();
  account_.AdvanceTo(kStart + seconds(1));
  const std::string quick_uuid = account_.Submit(ShopBuild(Outcome::kSuccess)).value();
  account_.AdvanceTo(kStart + hours(1));
  EXPECT_EQ(Value("consecutive_failures", kShop), 1);
  EXPECT_EQ(Value("last_failed_build_info", Shop({{"build_uuid", slow_uuid}, {"trigger", "push"}})), 1);
  EXPECT_EQ(Value("latest_build_info", Shop({{"build_uuid", quick_uuid}})), 1) << "the newest is the last created";
}

TEST_F(TruthTest, ShowsWhatIsUnderWay) {
  ASSERT_TRUE(account_.Submit(ShopBuild()));
  account_.AdvanceTo(kStart + seconds(10));
  ASSERT_TRUE(account_.Submit(ShopBuild()));
  account_.AdvanceTo(kStart + seconds(11));
  EXPECT_EQ(Value("active", {{"account", "production"}, {"status", "queued"}}), 1);
  EXPECT_EQ(Value("active", {{"status", "initializing"}}), 0);
  EXPECT_EQ(Value("active", {{"status", "running"}}), 1);
  EXPECT_EQ(Value("oldest_active_timestamp_seconds", {{"status", "running"}}), ToSeconds(kStart + seconds(6)));
  EXPECT_EQ(Value("oldest_active_timestamp_seconds", {{"status", "queued"}}), ToSeconds(kStart + seconds(10)));
  EXPECT_EQ(Value("oldest_active_timestamp_seconds", {{"status", "initializing"}}), std::nullopt);
  EXPECT_EQ(Value("script_oldest_active_timestamp_seconds", Shop({{"status", "running"}})),
            ToSeconds(kStart + seconds(6)));
}

TEST_F(TruthTest, MeasuresAFailureFromItsFirstBuildToTheNextSuccess) {
  Run(Outcome::kFail);  // stops at 60 s
  Run(Outcome::kFail);
  Run(Outcome::kSuccess, BranchClass::kPreview);  // says nothing about production
  EXPECT_EQ(Value("failure_episode_seconds_count", {{"account", "production"}}), 0);
  Run(Outcome::kSuccess);  // stops at 240 s
  EXPECT_EQ(Value("failure_episode_seconds_count", {}), 1);
  EXPECT_EQ(Value("failure_episode_seconds_sum", {}), 180);
  EXPECT_EQ(Value("failure_episode_seconds_bucket", {{"le", "300.0"}}), 1);
  EXPECT_EQ(Value("failure_episode_seconds_sum", {}, kStart + seconds(240)), 180) << "counts when its end does";
  EXPECT_EQ(Value("failure_episode_seconds_count", {}, kStart + seconds(241)), 0);
  Run(Outcome::kSuccess);
  EXPECT_EQ(Value("failure_episode_seconds_count", {}), 1) << "a success after a success ends nothing";
}

TEST_F(TruthTest, ShowsUnknownClassesAndOutcomesOnlyWhereTheyAre) {
  Run(Outcome::kSuccess);
  EXPECT_EQ(Value("submitted_total", {{"branch_class", "unknown"}}), std::nullopt);
  EXPECT_EQ(Value("completed_total", Shop({{"outcome", "unknown"}})), std::nullopt);
  Run(Outcome::kUnknown, BranchClass::kUnknown);
  const Labels unknown = {{"branch_class", "unknown"}, {"outcome", "unknown"}};
  EXPECT_EQ(Value("completed_total", unknown), 1);
  EXPECT_EQ(Value("last_completed_outcome", unknown), 1);
  EXPECT_EQ(Value("completed_total", unknown, account_.now() + seconds(1)), std::nullopt);
  EXPECT_EQ(Value("elapsed_duration_seconds_count", {{"branch_class", "unknown"}, {"outcome_group", "other"}}), 1);
}

TEST_F(TruthTest, CountsBuildsByWhatCausedThem) {
  EXPECT_EQ(CountOf(Truth(), "triggered_total"), 18U) << "3 branch classes x 6 triggers";
  Submission submission = ShopBuild();
  for (const Source source : {Source::kPush, Source::kPushEvent, Source::kDeployHook, Source::kUnknown}) {
    submission.source = source;
    ASSERT_TRUE(account_.Submit(submission));
  }
  EXPECT_EQ(Value("triggered_total", {{"branch_class", "production"}, {"trigger", "push"}}), 2);
  EXPECT_EQ(Value("triggered_total", {{"branch_class", "production"}, {"trigger", "deploy_hook"}}), 1);
  EXPECT_EQ(Value("triggered_total", {{"branch_class", "production"}, {"trigger", "unknown"}}), 1);
  EXPECT_EQ(Value("triggered_total", {{"branch_class", "preview"}, {"trigger", "push"}}), 0);
}

TEST_F(TruthTest, PutsDurationsIntoBucketsWithTheBoundIncluded) {
  Run(Outcome::kSuccess);
  const Labels success = {{"account", "production"}, {"branch_class", "production"}, {"outcome_group", "success"}};
  const auto bucket = [&](const std::string& name, const std::string& le) {
    Labels labels = success;
    labels["le"] = le;
    return Value(name + "_duration_seconds_bucket", labels);
  };
  EXPECT_EQ(bucket("queue", "1.0"), 0);
  EXPECT_EQ(bucket("queue", "2.0"), 1);
  EXPECT_EQ(bucket("queue", "+Inf"), 1);
  EXPECT_EQ(bucket("elapsed", "45.0"), 0);
  EXPECT_EQ(bucket("elapsed", "60.0"), 1);
  EXPECT_EQ(Value("elapsed_duration_seconds_sum", success), 60);
  EXPECT_EQ(Value("elapsed_duration_seconds_count", success), 1);
}

TEST_F(TruthTest, KeepsAccountCountsOfADeletedScriptAndDropsItsOwnSeries) {
  Run(Outcome::kSuccess);
  ASSERT_TRUE(account_.Delete("shop"));
  EXPECT_EQ(Value("completed_total", {{"script_name", "shop"}, {"outcome", "success"}}), std::nullopt);
  EXPECT_EQ(CountOf(Truth(), "script_info"), 2U);
  EXPECT_EQ(Value("elapsed_duration_seconds_count", {{"branch_class", "production"}, {"outcome_group", "success"}}), 1);
  EXPECT_EQ(Value("triggered_total", {{"branch_class", "production"}, {"trigger", "push"}}), 1);
}

TEST_F(TruthTest, KnowsNothingOfABuildThatNoAnswerShowsYet) {
  Submission late = ShopBuild();
  late.hidden_for = minutes(5);
  ASSERT_TRUE(account_.Submit(late));
  account_.AdvanceTo(kStart + minutes(2));
  EXPECT_EQ(Value("submitted_total", kShop), std::nullopt);
  account_.AdvanceTo(kStart + minutes(5));
  EXPECT_EQ(Value("submitted_total", kShop), 1);
}

TEST_F(TruthTest, ShowsLimitsOnTheFreePlanOnly) {
  EXPECT_EQ(Value("account_limit_reached", {}), std::nullopt);
  EXPECT_EQ(Value("account_included_seconds", {}), 360'000);
  EXPECT_EQ(Value("account_concurrency_limit", {}), 6);
  EXPECT_EQ(Value("account_info", {{"account_id", kAccount}, {"plan", "paid"}}), 1);
  AccountScenario scenario = QuietScenario().accounts.front();
  scenario.plan = Plan::kFree;
  const auto free = TruthOf(SimulatedAccount(scenario, 1, kStart), kStart);
  EXPECT_EQ(ValueOf(free, "account_limit_reached", {}), 0);
  EXPECT_EQ(ValueOf(free, "account_limit_refresh_timestamp_seconds", {}), ToSeconds(At("2026-09-01T00:00:00Z")));
  EXPECT_EQ(ValueOf(free, "account_included_seconds", {}), 180'000);
  EXPECT_EQ(ValueOf(free, "account_concurrency_limit", {}), 1);
}

TEST(TruthOfALongRunTest, HasNoSeriesTwiceAndAddsUp) {
  AccountScenario scenario;
  scenario.builds_per_hour = 200;
  SimulatedAccount account(scenario, 5, kStart);
  account.AdvanceTo(kStart + hours(12));
  std::set<std::pair<std::string, Labels>> seen;
  std::map<std::string, double> sums;
  for (const Series& series : TruthOf(account, kStart)) {
    EXPECT_TRUE(seen.insert({series.name, series.labels}).second) << series.name << " is there twice";
    sums[series.name.substr(std::string("cloudflare_workers_builds_").size())] += series.value;
  }
  EXPECT_GT(sums["completed_total"], 2'000);
  EXPECT_EQ(sums["completed_total"], sums["elapsed_duration_seconds_count"]);
  EXPECT_EQ(sums["submitted_total"], sums["triggered_total"]);
  EXPECT_EQ(sums["submitted_total"], sums["completed_total"] + sums["active"]);
}

}  // namespace
}  // namespace simulator
