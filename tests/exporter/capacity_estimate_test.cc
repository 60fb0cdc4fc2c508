#include "exporter/capacity_estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace exporter {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

config::Account AccountWithToken(const std::string& token) {
  config::Account account;
  account.id = "023e105f4ecef8ad9ca31a8372d0c353";
  account.api_token = config::Secret(token);
  return account;
}

config::Config OneAccount() {
  config::Config config;
  config.accounts.push_back(AccountWithToken("one"));
  // Off, so that the numbers below are those of the call in question.
  config.poll.audit_interval = 8760h;
  return config;
}

TEST(CapacityEstimate, CarriesTwentyIdleScriptsACall) {
  // A discovery and 5 limits calls in 5 minutes, and each script once.
  EXPECT_NEAR(EstimateCapacity(OneAccount(), 20).idle_requests, 6 + 1, 0.1);
  EXPECT_NEAR(EstimateCapacity(OneAccount(), 21).idle_requests, 6 + 2, 0.1);
  EXPECT_NEAR(EstimateCapacity(OneAccount(), 1000).idle_requests, 6 + 50, 0.1);
}

TEST(CapacityEstimate, AsksAsOftenAsTheActiveTierNeedsWhenScriptsAreFew) {
  // One active script: every 10 s; the other 9 fit into the same calls. A build of 3 minutes costs two list calls.
  EXPECT_NEAR(EstimateCapacity(OneAccount(), 10).busy_requests, 6 + 30 + 2 * 300.0 / 180, 0.1);
}

TEST(CapacityEstimate, AddsUpTheTiersWhenScriptsAreMany) {
  // Of 2,000: 20 active every 10 s, 200 recent every 30 s, 1,780 idle every 5 min.
  EXPECT_NEAR(EstimateCapacity(OneAccount(), 2000).busy_requests,
              6 + (20 * 30 + 200 * 10 + 1780) / 20.0 + 20 * 2 * 300.0 / 180, 0.2);
}

TEST(CapacityEstimate, CountsTheAuditOfEveryScript) {
  config::Config config = OneAccount();
  const double without = EstimateCapacity(config, 2880).idle_requests;
  config.poll.audit_interval = 24h;
  EXPECT_NEAR(EstimateCapacity(config, 2880).idle_requests - without, 10, 0.1);
}

TEST(CapacityEstimate, GivesABudgetToEveryToken) {
  config::Config config = OneAccount();
  config.accounts.push_back(AccountWithToken("one"));
  EXPECT_EQ(EstimateCapacity(config, 10).budget_requests, 600);
  config.accounts.push_back(AccountWithToken("two"));
  EXPECT_EQ(EstimateCapacity(config, 10).budget_requests, 1200);
}

TEST(CapacityEstimate, CountsSeriesByScriptAndByBucket) {
  config::Config config = OneAccount();
  const std::int64_t ten = EstimateCapacity(config, 10).series;
  EXPECT_EQ(EstimateCapacity(config, 11).series - ten, 61);
  config.metrics.buckets.queue = {1, 2};  // instead of 12
  EXPECT_EQ(ten - EstimateCapacity(config, 10).series, 9 * 10);
}

TEST(CapacityEstimate, StopsAtMaxScripts) {
  config::Config config = OneAccount();
  config.metrics.max_scripts = 100;
  EXPECT_EQ(EstimateCapacity(config, 5000).series, EstimateCapacity(config, 100).series);
  EXPECT_THAT(DescribeCapacity(config, 5000), HasSubstr("metrics.max_scripts lets in 100 of them"));
}

TEST(CapacityEstimate, CountsWhatIsShown) {
  config::Config config = OneAccount();
  config.metrics.profile = config::MetricsProfile::kMinimal;
  const std::int64_t ten = EstimateCapacity(config, 10).series;
  EXPECT_EQ(EstimateCapacity(config, 11).series - ten, 2 * (5 + 4 + 1 + 1));
  config.metrics.deny = {".*_completed_total"};
  EXPECT_EQ(ten - EstimateCapacity(config, 10).series, 10 * 10);
}

TEST(CapacityEstimate, SaysWhatHistogramsOfScriptsCost) {
  config::Config config = OneAccount();
  EXPECT_THAT(DescribeCapacity(config, 10), Not(HasSubstr("script_histograms")));
  config.metrics.script_histograms = {"shop"};
  EXPECT_THAT(DescribeCapacity(config, 10),
              HasSubstr("(390 more for each script that metrics.script_histograms lists)"));
}

TEST(CapacityEstimate, SaysWhenMaxSeriesIsInTheWay) {
  config::Config config = OneAccount();
  EXPECT_THAT(DescribeCapacity(config, 1000), Not(HasSubstr("max_series")));
  config.metrics.max_series = 60'000;
  EXPECT_THAT(DescribeCapacity(config, 1000), HasSubstr("metrics.max_series, 60000, lets in fewer scripts"));
}

TEST(CapacityEstimate, SaysWhatItAssumesAndWhatItCosts) {
  EXPECT_EQ(
      DescribeCapacity(OneAccount(), 1000),
      "For 1000 scripts in 1 account with 1 token, about:\n"
      "  API requests per 5 minutes, idle: 56 of 600 (no build under way, none in the last day)\n"
      "  API requests per 5 minutes, busy: 149 of 600 (10 % of the scripts had a build in the last day, 1 % have one "
      "under way, of 3 minutes each)\n"
      "  First reading of the history: 1000 requests, 34 min at a quarter of the budget\n"
      "  Series: 61915 (61 a script with builds in production and preview, 715 an account, 200 of the exporter)\n");
}

TEST(CapacityEstimate, AdvisesWhenTheBudgetDoesNotCarryTheWork) {
  config::Config config = OneAccount();
  EXPECT_THAT(DescribeCapacity(config, 1000), Not(HasSubstr("stretch")));
  config.api.requests_per_5m = 100;
  EXPECT_THAT(DescribeCapacity(config, 1000),
              HasSubstr("The budget does not carry the busy case: intervals will stretch"));
  config.api.requests_per_5m = 10;
  EXPECT_THAT(DescribeCapacity(config, 1000), HasSubstr("The budget does not carry even the idle case"));
}

TEST(CapacityEstimate, AShardIsReckonedForItsPart) {
  config::Config config;
  config.accounts.resize(1);
  EXPECT_THAT(DescribeCapacity(config, 1000, {0, 3}),
              HasSubstr("For 334 of 1000 scripts (one of 3 shards) in 1 account with 1 token, about:\n"));
  EXPECT_THAT(DescribeCapacity(config, 1000, {0, 3}), HasSubstr("First reading of the history: 334 requests"));
}

}  // namespace
}  // namespace exporter
