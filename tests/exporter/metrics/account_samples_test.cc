#include "exporter/metrics/account_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/ledger_world.h"
#include "tests/support/page_text.h"

namespace exporter::metrics {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::sys_days;
using std::chrono::year;
using support::BuildLife;
using support::EndedAt;
using support::kT0;
using support::LedgerWorld;
using support::SamplesOf;
using support::Timestamp;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string TextOf(const LedgerWorld& world, const AccountState& state = {},
                   config::Plan plan = config::Plan::kUnknown) {
  config::Account settings;
  settings.id = "023e105f4ecef8ad9ca31a8372d0c353";
  settings.name = "production";
  settings.plan = plan;
  FamilyTexts texts;
  WriteAccount(settings, world.ledger, 0, state, texts);
  return support::Join(texts);
}

TEST(AccountSamples, EveryCounterOfAClosedSetIsThereWith0FromTheFirstPageOn) {
  const LedgerWorld world;
  const std::string text = TextOf(world);
  EXPECT_THAT(SamplesOf(text, "triggered_total"), SizeIs(18)) << "three classes, six triggers";
  EXPECT_THAT(SamplesOf(text, "queue_duration_seconds_count"), SizeIs(9)) << "three classes, three groups";
  EXPECT_THAT(SamplesOf(text, "queue_duration_seconds_bucket"), SizeIs(9 * 13));
  EXPECT_THAT(SamplesOf(text, "failure_episode_seconds_count"),
              ElementsAre(R"(failure_episode_seconds_count{account="production"} 0)"));
}

TEST(AccountSamples, CountersWaitForTheirBirth) {
  const LedgerWorld world(kT0 - std::chrono::hours(24));
  const std::string text = TextOf(world);
  EXPECT_THAT(SamplesOf(text, "triggered_total"), IsEmpty());
  EXPECT_THAT(SamplesOf(text, "up"), ElementsAre(R"(up{account="production"} 0)"));
}

TEST(AccountSamples, AShardLabelsItsPartAndTheFirstSaysWhatHoldsForAll) {
  const AccountState state{.up = true, .limits = {}, .api_time = kT0};
  for (const int index : {0, 2}) {
    support::MemoryLedgerStore store;
    ledger::Ledger ledger(store, {{.id = "account", .baseline = {}}}, ledger::DefaultBucketBounds(), {}, {index, 3});
    ledger.Start(0, kT0);
    config::Account settings;
    settings.name = "production";
    settings.plan = config::Plan::kPaid;
    FamilyTexts texts;
    WriteAccount(settings, ledger, 0, state, texts);
    const std::string text = support::Join(texts);
    const std::string shard = R"(,shard=")" + std::to_string(index) + R"(/3")";
    EXPECT_THAT(SamplesOf(text, "up"), ElementsAre(R"(up{account="production")" + shard + "} 1"));
    EXPECT_THAT(SamplesOf(text, "triggered_total"), Contains(R"(triggered_total{account="production")" + shard +
                                                             R"(,branch_class="production",trigger="push"} 0)"));
    EXPECT_THAT(SamplesOf(text, "account_period_run_seconds"),
                ElementsAre(R"(account_period_run_seconds{account="production")" + shard + "} 0"));
    for (const char* whole : {"account_info", "account_concurrency_limit", "account_included_seconds",
                              "account_period_start_timestamp_seconds"}) {
      EXPECT_THAT(SamplesOf(text, whole), SizeIs(index == 0 ? 1 : 0)) << whole;
      EXPECT_THAT(SamplesOf(text, whole), ::testing::Each(::testing::Not(::testing::HasSubstr("shard=")))) << whole;
    }
  }
}

TEST(AccountSamples, HeldCountersShowOldNews) {
  LedgerWorld world(kT0 - std::chrono::hours(24));
  world.Discover({{"shop", "tag"}});
  world.Walk("tag", {EndedAt(1, minutes(-5)).Stopped(), EndedAt(2, minutes(5)).Stopped()}, kT0 + minutes(6));
  const std::string count = R"(elapsed_duration_seconds_count{account="production",branch_class="production",)"
                            R"(outcome_group="success"} )";
  EXPECT_THAT(SamplesOf(TextOf(world), "elapsed_duration_seconds_count"), Contains(count + "1"));
  world.ReleaseAll();
  EXPECT_THAT(SamplesOf(TextOf(world), "elapsed_duration_seconds_count"), Contains(count + "2"));
}

TEST(AccountSamples, AHistogramIsCumulativeAndItsBoundsAreFloats) {
  LedgerWorld world;
  world.Discover({{"shop", "tag"}});
  BuildLife life = EndedAt(1, minutes(5));
  life.queue = std::chrono::milliseconds(1'500);
  world.Walk("tag", {life.Stopped()}, kT0 + minutes(6));
  const auto lines = SamplesOf(TextOf(world), "queue_duration_seconds_bucket");
  const std::string labels =
      R"(queue_duration_seconds_bucket{account="production",branch_class="production",outcome_group="success",)";
  EXPECT_THAT(lines, Contains(labels + R"(le="1.0"} 0)"));
  EXPECT_THAT(lines, Contains(labels + R"(le="2.0"} 1)"));
  EXPECT_THAT(lines, Contains(labels + R"(le="3600.0"} 1)"));
  EXPECT_THAT(lines, Contains(labels + R"(le="+Inf"} 1)"));
  EXPECT_THAT(SamplesOf(TextOf(world), "queue_duration_seconds_sum"),
              Contains(R"(queue_duration_seconds_sum{account="production",branch_class="production",)"
                       R"(outcome_group="success"} 1.5)"));
}

TEST(AccountSamples, WhatTheApiDoesNotGiveHasNoSeries) {
  const LedgerWorld world;
  const std::string text = TextOf(world, {.up = true, .limits = workers_builds::AccountLimits{}, .api_time = kT0});
  EXPECT_THAT(SamplesOf(text, "account_limit_reached"), IsEmpty());
  EXPECT_THAT(SamplesOf(text, "account_limit_refresh_timestamp_seconds"), IsEmpty());
  EXPECT_THAT(SamplesOf(text, "account_included_seconds"), IsEmpty());
  EXPECT_THAT(SamplesOf(text, "account_concurrency_limit"), IsEmpty());
  EXPECT_THAT(
      SamplesOf(text, "account_info"),
      ElementsAre(R"(account_info{account="production",account_id="023e105f4ecef8ad9ca31a8372d0c353",plan=""} 1)"));
}

TEST(AccountSamples, APlanSaysWhatIsIncluded) {
  const LedgerWorld world;
  const std::string text = TextOf(world, {}, config::Plan::kFree);
  EXPECT_THAT(SamplesOf(text, "account_included_seconds"),
              ElementsAre(R"(account_included_seconds{account="production"} 180000)"));
  EXPECT_THAT(SamplesOf(text, "account_concurrency_limit"),
              ElementsAre(R"(account_concurrency_limit{account="production"} 1)"));
}

TEST(AccountSamples, ThePeriodAndItsRunTimeFollowTheRefresh) {
  LedgerWorld world;
  world.Discover({{"shop", "tag"}});
  const Timestamp refresh = sys_days(year(2026) / 9 / 1);
  world.Walk("tag",
             {EndedAt(1, minutes(5)).Stopped(), BuildLife{.number = 2, .created = kT0 - hours(24 * 30)}.Stopped()},
             kT0 + minutes(6));
  const AccountState state{.up = true,
                           .limits = workers_builds::AccountLimits{.has_reached_build_minutes_limit = true,
                                                                   .build_minutes_refresh_on = refresh},
                           .api_time = kT0};
  const std::string text = TextOf(world, state);
  EXPECT_THAT(SamplesOf(text, "account_limit_reached"),
              ElementsAre(R"(account_limit_reached{account="production"} 1)"));
  EXPECT_THAT(SamplesOf(text, "account_period_run_seconds"),
              ElementsAre(R"(account_period_run_seconds{account="production"} 30)"))
      << "the build of July is not in the period of August";
}

TEST(AccountSamples, APeriodIsAMonthBackwardsAlsoFromThe31st) {
  EXPECT_EQ(PeriodStart(std::nullopt, kT0 + hours(5)), Timestamp(sys_days(year(2026) / 8 / 1)));
  EXPECT_EQ(PeriodStart(sys_days(year(2026) / 9 / 1), kT0), Timestamp(sys_days(year(2026) / 8 / 1)));
  EXPECT_EQ(PeriodStart(sys_days(year(2027) / 1 / 15) + hours(7), kT0), sys_days(year(2026) / 12 / 15) + hours(7));
  EXPECT_EQ(PeriodStart(sys_days(year(2026) / 3 / 31), kT0), Timestamp(sys_days(year(2026) / 2 / 28)));
}

TEST(AccountSamples, ScriptsAndActiveBuildsAreThoseOnThePage) {
  LedgerWorld world;
  world.Discover({{"shop", "a"}, {"blog", "b"}, {"gone", "c"}});
  world.See("a", {BuildLife{.number = 1}.Running()});
  world.See("c", {BuildLife{.number = 2}.Queued()});
  world.Discover({{"shop", "a"}, {"blog", "b"}});
  world.Discover({{"shop", "a"}, {"blog", "b"}});
  const std::string text = TextOf(world);
  EXPECT_THAT(SamplesOf(text, "scripts"), ElementsAre(R"(scripts{account="production",connected="false"} 1)",
                                                      R"(scripts{account="production",connected="true"} 1)"));
  EXPECT_THAT(SamplesOf(text, "active"), ElementsAre(R"(active{account="production",status="initializing"} 0)",
                                                     R"(active{account="production",status="queued"} 0)",
                                                     R"(active{account="production",status="running"} 1)"));
  EXPECT_THAT(SamplesOf(text, "oldest_active_timestamp_seconds"),
              ElementsAre(R"(oldest_active_timestamp_seconds{account="production",status="running"} 1786579230)"));
  EXPECT_THAT(SamplesOf(text, "history_pending_scripts"),
              ElementsAre(R"(history_pending_scripts{account="production"} 1)"))
      << "shop's first list page has not been read";
}

TEST(AccountSamples, EachBucketHasItsNewestBuildAsExemplarInOpenMetrics) {
  LedgerWorld world;
  world.Discover({{"shop", "tag"}});
  world.Walk("tag",
             {EndedAt(1, minutes(10), support::BuildOutcome::kFail).Stopped(), EndedAt(2, minutes(40)).Stopped(),
              EndedAt(3, minutes(20), support::BuildOutcome::kFail).Stopped()},
             kT0 + std::chrono::hours(1));
  world.ReleaseAll();
  config::Account settings;
  settings.name = "a";
  FamilyTexts texts;
  WriteAccount(settings, world.ledger, 0, {}, texts);
  const std::string& elapsed = texts[Family::kElapsedDurationSeconds].open_metrics;
  EXPECT_THAT(elapsed, ::testing::HasSubstr(R"(outcome_group="failure",le="60.0"} 2 # )"
                                            R"({build_uuid="00000000-0000-0000-0000-000000000003"} 60 1786580400)"));
  EXPECT_THAT(elapsed, ::testing::HasSubstr("outcome_group=\"failure\",le=\"90.0\"} 2\n")) << "in no other bucket";
  EXPECT_THAT(texts[Family::kFailureEpisodeSeconds].open_metrics,
              ::testing::HasSubstr(R"(le="1800.0"} 1 # {build_uuid="00000000-0000-0000-0000-000000000002"} 1800 )"));
  EXPECT_THAT(support::Join(texts), ::testing::Not(::testing::HasSubstr("build_uuid"))) << "not in the text format";
}

}  // namespace
}  // namespace exporter::metrics
