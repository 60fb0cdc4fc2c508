#include "exporter/metrics/sample_writer.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace exporter::metrics {
namespace {

using namespace std::chrono_literals;

class SampleWriterTest : public ::testing::Test {
 protected:
  const std::string& TextOf(Family family) const { return texts_[static_cast<std::size_t>(family)]; }

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
  for (std::size_t family = 0; family < texts_.size(); ++family) {
    const bool written = family == static_cast<std::size_t>(Family::kUp);
    EXPECT_EQ(texts_[family].empty(), !written) << family;
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
  out.Add(Family::kRunDurationSeconds, 12'345ms);
  out.Add(Family::kRunDurationSeconds, 0.25);
  EXPECT_EQ(TextOf(Family::kRunDurationSeconds),
            "cloudflare_workers_builds_run_duration_seconds 12.345\n"
            "cloudflare_workers_builds_run_duration_seconds 0.25\n");
}

TEST_F(SampleWriterTest, AHistogramsLinesHaveNamesOfTheirOwnInOneFamily) {
  SampleWriter out(texts_, {{"account", "a"}});
  out.AddNamed(Family::kRunDurationSeconds, "run_bucket", {{"le", "+Inf"}}, 4);
  EXPECT_EQ(TextOf(Family::kRunDurationSeconds), "run_bucket{account=\"a\",le=\"+Inf\"} 4\n");
}

TEST_F(SampleWriterTest, LabelValuesOfOthersCannotBreakALine) {
  SampleWriter out(texts_, {{"account", "a\"b\\c\nd"}});
  out.Add(Family::kUp, {{"x", "\xFF"}}, 1);
  EXPECT_EQ(TextOf(Family::kUp), "cloudflare_workers_builds_up{account=\"a\\\"b\\\\c\\nd\",x=\"\xEF\xBF\xBD\"} 1\n");
}

}  // namespace
}  // namespace exporter::metrics
