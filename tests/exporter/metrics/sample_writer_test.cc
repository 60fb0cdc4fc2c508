#include "exporter/metrics/sample_writer.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace exporter::metrics {
namespace {

using namespace std::chrono_literals;

constexpr workers_builds::Timestamp kBaseline{1'786'588'430'890ms};

class SampleWriterTest : public ::testing::Test {
 protected:
  const std::string& TextOf(Family family) const { return texts_[family].text; }

  FamilyTexts texts_;
};

TEST_F(SampleWriterTest, CommonLabelsStandFirstInEveryLine) {
  SampleWriter out(texts_, {{"account", "a"}, {"script_name", "s"}});
  out.Add(Family::kCompletedTotal, {{"outcome", "fail"}}, 2);
  out.Add(Family::kCompletedTotal, {{"outcome", "success"}}, 3);
  out.Add(Family::kConsecutiveFailures, 1);
  EXPECT_EQ(TextOf(Family::kCompletedTotal),
            "cloudflare_workers_builds_completed_total{account=\"a\",script_name=\"s\",outcome=\"fail\"} 2\n"
            "cloudflare_workers_builds_completed_total{account=\"a\",script_name=\"s\",outcome=\"success\"} 3\n");
  EXPECT_EQ(TextOf(Family::kConsecutiveFailures),
            "cloudflare_workers_builds_consecutive_failures{account=\"a\",script_name=\"s\"} 1\n");
}

TEST_F(SampleWriterTest, ALabelOfOneLineIsNotInTheNext) {
  SampleWriter out(texts_, {{"account", "a"}});
  out.Add(Family::kActive, {{"status", "a long word"}}, 1);
  out.Add(Family::kUp, 1);
  EXPECT_EQ(TextOf(Family::kUp), "cloudflare_workers_builds_up{account=\"a\"} 1\n");
}

TEST_F(SampleWriterTest, NothingIsInAFamilyThatNobodyWroteTo) {
  SampleWriter out(texts_, {{"account", "a"}});
  out.Add(Family::kUp, 1);
  for (const FamilyInfo& info : Catalogue()) {
    EXPECT_EQ(TextOf(info.family).empty(), info.family != Family::kUp) << info.name;
  }
}

TEST_F(SampleWriterTest, WritersAfterEachOtherAppend) {
  SampleWriter(texts_, {{"account", "a"}}).Add(Family::kUp, 1);
  SampleWriter(texts_, {{"account", "b"}}).Add(Family::kUp, 0);
  EXPECT_EQ(TextOf(Family::kUp),
            "cloudflare_workers_builds_up{account=\"a\"} 1\ncloudflare_workers_builds_up{account=\"b\"} 0\n");
}

TEST_F(SampleWriterTest, WithoutLabelsThereAreNoBraces) {
  SampleWriter(texts_, {}).Add(Family::kUp, 1);
  EXPECT_EQ(TextOf(Family::kUp), "cloudflare_workers_builds_up 1\n");
}

TEST_F(SampleWriterTest, DurationsAreSeconds) {
  SampleWriter out(texts_, {});
  out.Add(Family::kLastPhaseSeconds, 12'345ms);
  out.Add(Family::kLastPhaseSeconds, 0.25);
  EXPECT_EQ(TextOf(Family::kLastPhaseSeconds),
            "cloudflare_workers_builds_last_phase_seconds 12.345\n"
            "cloudflare_workers_builds_last_phase_seconds 0.25\n");
}

TEST_F(SampleWriterTest, AFamilyThatIsNotShownIsNotWritten) {
  config::Metrics metrics;
  metrics.deny = {"cloudflare_workers_builds_(up|run_duration_seconds)"};
  FamilyTexts texts(metrics);
  SampleWriter out(texts, {{"account", "a"}});
  out.Add(Family::kUp, 1);
  out.Add(Family::kConsecutiveFailures, 1);
  out.AddHistogram(Family::kRunDurationSeconds, {}, ledger::Histogram(0), {});
  EXPECT_EQ(texts[Family::kUp].text, "");
  EXPECT_EQ(texts[Family::kRunDurationSeconds].text, "");
  EXPECT_NE(texts[Family::kConsecutiveFailures].text, "");
}

TEST_F(SampleWriterTest, CountersAndGaugesAreTheSameInBothFormats) {
  SampleWriter out(texts_, {}, kBaseline);
  out.Add(Family::kSubmittedTotal, 1);
  out.Add(Family::kUp, 1);
  EXPECT_EQ(texts_[Family::kSubmittedTotal].open_metrics, "");
  EXPECT_EQ(texts_[Family::kUp].open_metrics, "");
}

TEST_F(SampleWriterTest, WhereItIsAskedForOpenMetricsSaysFromWhenACounterCounts) {
  config::Metrics metrics;
  metrics.created_timestamps = true;
  FamilyTexts texts(metrics);
  SampleWriter out(texts, {{"account", "a"}}, kBaseline);
  out.Add(Family::kTriggeredTotal, {{"trigger", "push"}}, 1);
  out.Add(Family::kTriggeredTotal, {{"trigger", "api"}}, 2);
  out.Add(Family::kUp, 1);
  EXPECT_EQ(texts[Family::kTriggeredTotal].open_metrics,
            "cloudflare_workers_builds_triggered_total{account=\"a\",trigger=\"push\"} 1\n"
            "cloudflare_workers_builds_triggered_created{account=\"a\",trigger=\"push\"} 1786588430.89\n"
            "cloudflare_workers_builds_triggered_total{account=\"a\",trigger=\"api\"} 2\n"
            "cloudflare_workers_builds_triggered_created{account=\"a\",trigger=\"api\"} 1786588430.89\n");
  EXPECT_EQ(texts[Family::kUp].open_metrics, "") << "a gauge does not count";
  SampleWriter early(texts, {{"account", "b"}});
  early.Add(Family::kSubmittedTotal, 0);
  EXPECT_EQ(texts[Family::kSubmittedTotal].open_metrics, "cloudflare_workers_builds_submitted_total{account=\"b\"} 0\n")
      << "before the first answer nobody knows from when";
}

TEST_F(SampleWriterTest, AHistogramHasCumulatedBucketsAndInOpenMetricsItsNewestBuilds) {
  const std::vector<std::chrono::milliseconds> bounds = {500ms, 2s};
  ledger::Histogram histogram(bounds.size());
  ledger::BuildRow row;
  row.uuid.bytes[15] = 7;
  row.stopped = kBaseline;
  histogram.Observe(1500ms, row, bounds);
  SampleWriter out(texts_, {{"account", "a"}});
  out.AddHistogram(Family::kRunDurationSeconds, {{"outcome_group", "other"}}, histogram, bounds);
  const std::string name = "cloudflare_workers_builds_run_duration_seconds";
  const std::string labels = "{account=\"a\",outcome_group=\"other\"";
  EXPECT_EQ(TextOf(Family::kRunDurationSeconds), name + "_bucket" + labels + ",le=\"0.5\"} 0\n" +       //
                                                     name + "_bucket" + labels + ",le=\"2.0\"} 1\n" +   //
                                                     name + "_bucket" + labels + ",le=\"+Inf\"} 1\n" +  //
                                                     name + "_sum" + labels + "} 1.5\n" +               //
                                                     name + "_count" + labels + "} 1\n");
  std::string with_exemplar = TextOf(Family::kRunDurationSeconds);
  const std::string line = ",le=\"2.0\"} 1";
  with_exemplar.insert(with_exemplar.find(line) + line.size(),
                       " # {build_uuid=\"00000000-0000-0000-0000-000000000007\"} 1.5 1786588430.89");
  EXPECT_EQ(texts_[Family::kRunDurationSeconds].open_metrics, with_exemplar);
}

TEST_F(SampleWriterTest, LabelValuesOfOthersCannotBreakALine) {
  SampleWriter out(texts_, {{"account", "a\"b\\c\nd"}});
  out.Add(Family::kUp, {{"x", "\xFF"}}, 1);
  EXPECT_EQ(TextOf(Family::kUp), "cloudflare_workers_builds_up{account=\"a\\\"b\\\\c\\nd\",x=\"\xEF\xBF\xBD\"} 1\n");
}

}  // namespace
}  // namespace exporter::metrics
