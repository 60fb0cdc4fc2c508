#include "exporter/ledger_settings.h"

#include <gmock/gmock.h>

namespace exporter {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

TEST(BoundsOf, AConfigurationReplacesTheDefaultsThatItNames) {
  const ledger::BucketBounds defaults = ledger::DefaultBucketBounds();
  config::Metrics metrics;
  metrics.buckets.run = {0.5, 60};
  const ledger::BucketBounds bounds = BoundsOf(metrics);
  EXPECT_THAT(bounds.run, ElementsAre(500ms, 60s));
  EXPECT_EQ(bounds.queue, defaults.queue);
  EXPECT_EQ(bounds.elapsed, defaults.elapsed);
}

TEST(BoundsOf, AHistogramThatIsNotShownHasNone) {
  config::Metrics metrics;
  metrics.buckets.run = {0.5, 60};
  metrics.deny = {"cloudflare_workers_builds_(run_duration|failure_episode)_seconds"};
  EXPECT_THAT(BoundsOf(metrics).run, IsEmpty());
  EXPECT_THAT(BoundsOf(metrics).episode, IsEmpty());
  metrics.script_histograms = {"shop"};
  EXPECT_THAT(BoundsOf(metrics).run, IsEmpty());
  EXPECT_THAT(DetailsOf(metrics).histogram_bounds.run, ElementsAre(500ms, 60s)) << "scripts have it";
  metrics.deny = {".*_script_run_duration_seconds"};
  EXPECT_THAT(BoundsOf(metrics).run, ElementsAre(500ms, 60s));
  EXPECT_THAT(DetailsOf(metrics).histogram_bounds.run, IsEmpty());
}

TEST(DetailsOf, ByDefaultNothingIsKept) {
  const ledger::KeptDetails details = DetailsOf({});
  EXPECT_FALSE(details.histograms);
  EXPECT_FALSE(details.revisions);
}

TEST(DetailsOf, ListedScriptsHaveHistograms) {
  config::Metrics metrics;
  metrics.script_histograms = {"shop", "api-.*"};
  const ledger::KeptDetails details = DetailsOf(metrics);
  ASSERT_TRUE(details.histograms);
  EXPECT_TRUE(details.histograms("api-eu"));
  EXPECT_FALSE(details.histograms("shops"));
}

TEST(DetailsOf, WhatIsDeniedIsNotKept) {
  config::Metrics metrics;
  metrics.script_histograms = {".*"};
  metrics.latest_build_labels.branch = true;
  EXPECT_TRUE(DetailsOf(metrics).revisions);
  metrics.deny = {".*_build_info", ".*_script_(queue|init|run|elapsed)_duration_seconds"};
  EXPECT_TRUE(DetailsOf(metrics).histograms) << "episodes are left";
  EXPECT_FALSE(DetailsOf(metrics).revisions);
  metrics.deny.push_back(".*_script_failure_episode_seconds");
  EXPECT_FALSE(DetailsOf(metrics).histograms);
}

}  // namespace
}  // namespace exporter
