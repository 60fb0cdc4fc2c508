#include "exporter/metrics/series_estimate.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/ledger_world.h"
#include "tests/support/page_text.h"

namespace exporter::metrics {
namespace {

using support::BuildLife;
using support::kT0;
using support::LedgerWorld;
using support::Timestamp;
using namespace std::chrono_literals;

/// One script, in production and in preview a failure and then a success.
LedgerWorld WorldOf(ledger::KeptDetails details = {}) {
  LedgerWorld world(std::nullopt, std::move(details));
  world.Discover({{"shop", "tag"}});
  std::vector<workers_builds::Build> builds;
  for (const char* branch : {"main", "*"}) {
    for (const auto outcome : {workers_builds::BuildOutcome::kFail, workers_builds::BuildOutcome::kSuccess}) {
      const auto number = static_cast<std::uint32_t>(builds.size() + 1);
      builds.push_back(
          BuildLife{.number = number, .created = kT0 + number * 1min, .outcome = outcome, .branches = {branch}}
              .Stopped());
    }
  }
  world.Walk("tag", builds, kT0 + 1h);
  return world;
}

std::int64_t LinesOf(const FamilyTexts& texts) {
  const std::string text = support::Join(texts);
  return std::count(text.begin(), text.end(), '\n');
}

std::int64_t ScriptLines(const LedgerWorld& world, const config::Metrics& metrics) {
  FamilyTexts texts(metrics);
  WriteScript("account", world.ledger, world.Script("tag"), texts);
  return LinesOf(texts);
}

TEST(SeriesEstimate, IsWhatAScriptHasThatBuildsInProductionAndInPreview) {
  const LedgerWorld world = WorldOf();
  for (const auto profile : {config::MetricsProfile::kMinimal, config::MetricsProfile::kStandard}) {
    config::Metrics metrics;
    metrics.profile = profile;
    EXPECT_EQ(SeriesEstimate(metrics).of_script(), ScriptLines(world, metrics));
    metrics.deny = {".*_seconds(_total)?"};
    EXPECT_EQ(SeriesEstimate(metrics).of_script(), ScriptLines(world, metrics));
  }
}

TEST(SeriesEstimate, CountsTheHistogramsOfAListedScript) {
  config::Metrics metrics;
  metrics.script_histograms = {"shop"};
  const LedgerWorld world = WorldOf({.histograms = [](const std::string&) { return true; },
                                     .histogram_bounds = ledger::DefaultBucketBounds(),
                                     .revisions = false});
  const SeriesEstimate estimate(metrics);
  EXPECT_EQ(estimate.of_script("shop"), ScriptLines(world, metrics));
  EXPECT_EQ(estimate.of_script("blog"), estimate.of_script());
}

TEST(SeriesEstimate, HasTheFamiliesOfAnAccount) {
  const LedgerWorld world = WorldOf();
  FamilyTexts texts;
  config::Account settings;
  settings.plan = config::Plan::kPaid;
  AccountState state;
  state.api_time = kT0 + 1h;
  state.limits =
      workers_builds::AccountLimits{.has_reached_build_minutes_limit = false, .build_minutes_refresh_on = kT0 + 24h};
  WriteAccount(settings, world.ledger, 0, state, texts);
  constexpr std::int64_t kOldestActive = 3;      // no build is under way
  constexpr std::int64_t kOwnOfAnAccount = 100;  // what the exporter says of its polling
  EXPECT_EQ(SeriesEstimate({}).of_account(), LinesOf(texts) + kOldestActive + kOwnOfAnAccount);
}

}  // namespace
}  // namespace exporter::metrics
