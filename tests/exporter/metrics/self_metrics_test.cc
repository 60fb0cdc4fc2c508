#include "exporter/metrics/self_metrics.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>
#include <thread>
#include <vector>

namespace exporter::metrics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using workers_builds::ErrorReason;
using namespace std::chrono_literals;

const SelfMetrics::Timestamp kNow{1'786'588'430'890ms};

class SelfMetricsTest : public ::testing::Test {
 protected:
  /// The samples of a family, without HELP and TYPE, in the order of the page; the prefix is left out.
  std::vector<std::string> Samples(const std::string& name) const {
    const std::string prefix = "workers_builds_exporter_";
    std::vector<std::string> samples;
    std::istringstream page(metrics_.Render(exposition::Format::kText));
    for (std::string line; std::getline(page, line);) {
      if (line.starts_with(prefix + name + "{") || line.starts_with(prefix + name + " ")) {
        samples.push_back(line.substr(prefix.size()));
      }
    }
    return samples;
  }

  SelfMetrics metrics_{{"1.2.3", "abc", "g++ 12"}};
};

TEST_F(SelfMetricsTest, SaysWhichBuildRuns) {
  EXPECT_THAT(
      metrics_.Render(exposition::Format::kText),
      HasSubstr("# HELP workers_builds_exporter_build_info The running exporter; always 1.\n"
                "# TYPE workers_builds_exporter_build_info gauge\n"
                "workers_builds_exporter_build_info{version=\"1.2.3\",revision=\"abc\",compiler=\"g++ 12\"} 1\n"));
}

TEST_F(SelfMetricsTest, StandsForTheWholeOfOneShard) {
  EXPECT_THAT(Samples("shard_ordinal"), ElementsAre("shard_ordinal 0"));
  EXPECT_THAT(Samples("shards"), ElementsAre("shards 1"));
}

TEST_F(SelfMetricsTest, ShowsEveryReasonWithZeroBeforeTheFirstError) {
  EXPECT_THAT(Samples("collector_errors_total"), IsEmpty());
  metrics_.DeclareAccount("a");
  EXPECT_EQ(Samples("collector_errors_total").size(), 6u * 11u);
  EXPECT_EQ(Samples("collector_errors_total").front(),
            R"(collector_errors_total{account="a",collector="build",reason="auth"} 0)");
  EXPECT_EQ(Samples("api_retries_total").size(), 6u * 11u);
  EXPECT_THAT(Samples("history_gaps_total"), ElementsAre(R"(history_gaps_total{account="a"} 0)"));
  EXPECT_EQ(Samples("collector_up").size(), 6u);
  EXPECT_THAT(Samples("state_commits_total"), ElementsAre("state_commits_total 0"));
}

TEST_F(SelfMetricsTest, DeclaringAnAccountAgainChangesNothing) {
  metrics_.DeclareAccount("a");
  metrics_.HistoryGap("a");
  metrics_.DeclareAccount("a");
  EXPECT_THAT(Samples("history_gaps_total"), ElementsAre(R"(history_gaps_total{account="a"} 1)"));
}

TEST_F(SelfMetricsTest, CountsRequestsByStatusAndMeasuresThem) {
  metrics_.ApiRequest("a", Collector::kLatest, 200, 150ms);
  metrics_.ApiRequest("a", Collector::kLatest, 200, 40s);
  metrics_.ApiRequest("a", Collector::kLatest, 0, 10s);
  EXPECT_THAT(Samples("api_requests_total"),
              ElementsAre(R"(api_requests_total{account="a",endpoint="latest",code="200"} 2)",
                          R"(api_requests_total{account="a",endpoint="latest",code="none"} 1)"));
  const std::string page = metrics_.Render(exposition::Format::kText);
  const std::string name = "workers_builds_exporter_api_request_duration_seconds";
  EXPECT_THAT(page, HasSubstr(name + "_bucket{endpoint=\"latest\",le=\"0.1\"} 0\n" + name +
                              "_bucket{endpoint=\"latest\",le=\"0.2\"} 1\n"));
  EXPECT_THAT(page, HasSubstr(name + "_bucket{endpoint=\"latest\",le=\"10.0\"} 2\n"));
  EXPECT_THAT(page, HasSubstr(name + "_bucket{endpoint=\"latest\",le=\"+Inf\"} 3\n" + name +
                              "_sum{endpoint=\"latest\"} 50.15\n" + name + "_count{endpoint=\"latest\"} 3\n"));
  EXPECT_THAT(page, HasSubstr(name + "_count{endpoint=\"verify\"} 0\n"));
}

TEST_F(SelfMetricsTest, SaysHowTheLastCallOfACollectorEnded) {
  metrics_.CollectorFinished("a", Collector::kList, std::nullopt, 250ms, kNow);
  EXPECT_THAT(Samples("collector_up"), ElementsAre(R"(collector_up{account="a",collector="list"} 1)"));
  EXPECT_THAT(Samples("collector_last_success_timestamp_seconds"),
              ElementsAre(R"(collector_last_success_timestamp_seconds{account="a",collector="list"} 1786588430.89)"));
  metrics_.CollectorFinished("a", Collector::kList, ErrorReason::kTimeout, 10s, kNow + 1min);
  EXPECT_THAT(Samples("collector_up"), ElementsAre(R"(collector_up{account="a",collector="list"} 0)"));
  EXPECT_THAT(Samples("collector_duration_seconds"),
              ElementsAre(R"(collector_duration_seconds{account="a",collector="list"} 10)"));
  EXPECT_THAT(Samples("collector_last_success_timestamp_seconds"),
              ElementsAre(R"(collector_last_success_timestamp_seconds{account="a",collector="list"} 1786588430.89)"));
  EXPECT_THAT(Samples("collector_errors_total"),
              ElementsAre(R"(collector_errors_total{account="a",collector="list",reason="timeout"} 1)"));
}

TEST_F(SelfMetricsTest, KeepsACollectorUpWhenOneScriptIsNotFound) {
  metrics_.CollectorFinished("a", Collector::kList, std::nullopt, 1s, kNow);
  metrics_.CollectorFinished("a", Collector::kList, ErrorReason::kNotFound, 1s, kNow);
  EXPECT_THAT(Samples("collector_up"), ElementsAre(R"(collector_up{account="a",collector="list"} 1)"));
  EXPECT_THAT(Samples("collector_errors_total"),
              ElementsAre(R"(collector_errors_total{account="a",collector="list",reason="not_found"} 1)"));
}

TEST_F(SelfMetricsTest, LearnsNothingFromACancelledCall) {
  metrics_.CollectorFinished("a", Collector::kList, ErrorReason::kCancelled, 1s, kNow);
  EXPECT_THAT(Samples("collector_up"), IsEmpty());
  EXPECT_THAT(Samples("collector_errors_total"), IsEmpty());
}

TEST_F(SelfMetricsTest, ShowsWhatTheRateLimitHeadersSay) {
  metrics_.SetRateLimit("a", "default", 50, std::nullopt, kNow);
  EXPECT_THAT(Samples("api_ratelimit_remaining"),
              ElementsAre(R"(api_ratelimit_remaining{account="a",policy="default"} 50)"));
  EXPECT_THAT(Samples("api_ratelimit_limit"), IsEmpty());
  EXPECT_THAT(Samples("api_ratelimit_reset_timestamp_seconds"),
              ElementsAre(R"(api_ratelimit_reset_timestamp_seconds{account="a",policy="default"} 1786588430.89)"));
}

TEST_F(SelfMetricsTest, BoundsThePoliciesThatAServerCanName) {
  for (int policy = 0; policy < 100; ++policy) {
    metrics_.SetRateLimit("a", std::to_string(policy), policy, policy, kNow);
  }
  EXPECT_EQ(Samples("api_ratelimit_limit").size(), 8u);
  metrics_.SetRateLimit("a", "0", 77, 1200, kNow);
  EXPECT_EQ(Samples("api_ratelimit_remaining").front(), R"(api_ratelimit_remaining{account="a",policy="0"} 77)");
}

TEST_F(SelfMetricsTest, ShowsTheSchedule) {
  metrics_.SetBudget("a", 600, 42);
  metrics_.Throttled("a", 1500ms);
  metrics_.SetSchedulerLag("a", 250ms);
  metrics_.SetTier("a", Tier::kIdle, 7, 5min);
  metrics_.SetBuildsTracked("a", 2, 9);
  EXPECT_THAT(Samples("api_budget_requests"), ElementsAre(R"(api_budget_requests{account="a"} 600)"));
  EXPECT_THAT(Samples("api_budget_used_requests"), ElementsAre(R"(api_budget_used_requests{account="a"} 42)"));
  EXPECT_THAT(Samples("api_throttled_seconds_total"), ElementsAre(R"(api_throttled_seconds_total{account="a"} 1.5)"));
  EXPECT_THAT(Samples("scheduler_lag_seconds"), ElementsAre(R"(scheduler_lag_seconds{account="a"} 0.25)"));
  EXPECT_THAT(Samples("scheduler_scripts"), ElementsAre(R"(scheduler_scripts{account="a",tier="idle"} 7)"));
  EXPECT_THAT(Samples("poll_interval_seconds"), ElementsAre(R"(poll_interval_seconds{account="a",tier="idle"} 300)"));
  EXPECT_THAT(Samples("builds_tracked"), ElementsAre(R"(builds_tracked{account="a",kind="open"} 2)",
                                                     R"(builds_tracked{account="a",kind="recent"} 9)"));
}

TEST_F(SelfMetricsTest, CountsWhatIsWrongWithTheData) {
  metrics_.LostBuild("a");
  metrics_.LateBuilds("a", 3);
  metrics_.Anomalies(Anomaly::kInvalidUtf8, 2);
  metrics_.UnknownValue("build_outcome");
  metrics_.ApiRetry(Collector::kBuild, ErrorReason::kHttp5xx);
  const std::string page = metrics_.Render(exposition::Format::kText);
  const std::string prefix = "\nworkers_builds_exporter_";
  EXPECT_THAT(page, HasSubstr(prefix + "lost_builds_total{account=\"a\"} 1\n"));
  EXPECT_THAT(page, HasSubstr(prefix + "late_builds_total{account=\"a\"} 3\n"));
  EXPECT_THAT(page, HasSubstr(prefix + "anomalies_total{kind=\"invalid_utf8\"} 2\n"));
  EXPECT_THAT(page, HasSubstr(prefix + "anomalies_total{kind=\"contradiction\"} 0\n"));
  EXPECT_THAT(page, HasSubstr(prefix + "unknown_values_total{field=\"build_outcome\"} 1\n"));
  EXPECT_THAT(page, HasSubstr(prefix + "api_retries_total{endpoint=\"build\",reason=\"http_5xx\"} 1\n"));
}

TEST_F(SelfMetricsTest, ShowsTheState) {
  metrics_.StateCommitted(true, kNow);
  metrics_.StateCommitted(false, kNow + 1h);
  metrics_.StateRecovered();
  metrics_.SetStateSize(4096);
  EXPECT_THAT(Samples("state_commits_total"), ElementsAre("state_commits_total 1"));
  EXPECT_THAT(Samples("state_commit_errors_total"), ElementsAre("state_commit_errors_total 1"));
  EXPECT_THAT(Samples("state_recoveries_total"), ElementsAre("state_recoveries_total 1"));
  EXPECT_THAT(Samples("state_size_bytes"), ElementsAre("state_size_bytes 4096"));
  EXPECT_THAT(Samples("state_last_commit_timestamp_seconds"),
              ElementsAre("state_last_commit_timestamp_seconds 1786588430.89"));
}

TEST_F(SelfMetricsTest, ShowsThePageAndItsReaders) {
  metrics_.SetSeries(Family::kCompletedTotal, 24);
  metrics_.SeriesDropped(DropReason::kMaxScripts, 55);
  metrics_.SetScriptsDropped(1);
  metrics_.ExpositionRendered(Encoding::kGzip, 1000, 4ms);
  metrics_.HttpRequest(WebHandler::kMetrics, 200);
  metrics_.HttpRequest(WebHandler::kReady, 503);
  EXPECT_THAT(Samples("series"), ElementsAre(R"(series{family="cloudflare_workers_builds_completed_total"} 24)"));
  EXPECT_THAT(Samples("series_dropped_total"), ElementsAre(R"(series_dropped_total{reason="max_scripts"} 55)",
                                                           R"(series_dropped_total{reason="max_series"} 0)"));
  EXPECT_THAT(Samples("scripts_dropped"), ElementsAre("scripts_dropped 1"));
  EXPECT_THAT(Samples("exposition_bytes"), ElementsAre(R"(exposition_bytes{encoding="gzip"} 1000)"));
  EXPECT_THAT(Samples("exposition_render_seconds_total"),
              ElementsAre(R"(exposition_render_seconds_total{encoding="gzip"} 0.004)",
                          R"(exposition_render_seconds_total{encoding="identity"} 0)"));
  EXPECT_THAT(Samples("http_requests_total"),
              ::testing::IsSupersetOf({R"(http_requests_total{handler="metrics",code="200"} 1)",
                                       R"(http_requests_total{handler="ready",code="503"} 1)",
                                       R"(http_requests_total{handler="other",code="404"} 0)"}));
}

TEST_F(SelfMetricsTest, KeepsTheTimeOfTheConfigurationThatIsInForce) {
  EXPECT_THAT(Samples("config_last_reload_successful"), ElementsAre("config_last_reload_successful 0"));
  metrics_.ConfigLoaded(true, kNow);
  metrics_.ConfigLoaded(false, kNow + 1h);
  EXPECT_THAT(Samples("config_last_reload_successful"), ElementsAre("config_last_reload_successful 0"));
  EXPECT_THAT(Samples("config_last_reload_success_timestamp_seconds"),
              ElementsAre("config_last_reload_success_timestamp_seconds 1786588430.89"));
}

TEST_F(SelfMetricsTest, EscapesAccountNames) {
  metrics_.HistoryGap("a\"b\\c\nd\xFF");
  EXPECT_THAT(Samples("history_gaps_total"), ElementsAre("history_gaps_total{account=\"a\\\"b\\\\c\\nd\uFFFD\"} 1"));
}

TEST_F(SelfMetricsTest, SortsFamiliesAndIncludesTheProcess) {
  metrics_.DeclareAccount("a");
  std::vector<std::string> names;
  std::istringstream page(metrics_.Render(exposition::Format::kText));
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("# HELP ")) names.push_back(line.substr(7, line.find(' ', 7) - 7));
  }
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_THAT(names, ::testing::Contains("process_resident_memory_bytes"));
  EXPECT_THAT(names, ::testing::Contains("workers_builds_exporter_shards"));
}

TEST_F(SelfMetricsTest, CountsExactlyFromSeveralThreads) {
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([this] {
        for (int round = 0; round < 250; ++round) {
          metrics_.ApiRequest("a", Collector::kList, 200, 1ms);
          if (round % 50 == 0) metrics_.Render(exposition::Format::kText);
        }
      });
    }
  }
  EXPECT_THAT(Samples("api_requests_total"),
              ElementsAre(R"(api_requests_total{account="a",endpoint="list",code="200"} 1000)"));
}

}  // namespace
}  // namespace exporter::metrics
