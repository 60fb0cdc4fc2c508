#include "exporter/exposition/format.h"

#include <gtest/gtest.h>

#include <string>

namespace exporter::exposition {
namespace {

using namespace std::chrono_literals;

std::string HeaderOf(Format format, const FamilyHeader& header) {
  std::string text;
  AppendHeader(text, format, header);
  return text;
}

TEST(Format, TheTextFormatEscapesBackslashAndLineFeedInHelp) {
  EXPECT_EQ(HeaderOf(Format::kText, {"m", "gauge", "", "a \\ b \"c\"\nd"}),
            "# HELP m a \\\\ b \"c\"\\nd\n# TYPE m gauge\n");
}

TEST(Format, OpenMetricsEscapesQuotesInHelpToo) {
  EXPECT_EQ(HeaderOf(Format::kOpenMetrics, {"m", "gauge", "", "a \\ b \"c\"\nd"}),
            "# HELP m a \\\\ b \\\"c\\\"\\nd\n# TYPE m gauge\n");
}

TEST(Format, OpenMetricsNamesACountersFamilyWithoutTotal) {
  const FamilyHeader header{"builds_total", "counter", "", "h"};
  EXPECT_EQ(HeaderOf(Format::kText, header), "# HELP builds_total h\n# TYPE builds_total counter\n");
  EXPECT_EQ(HeaderOf(Format::kOpenMetrics, header), "# HELP builds h\n# TYPE builds counter\n");
}

TEST(Format, OnlyOpenMetricsHasUnits) {
  const FamilyHeader counter{"run_seconds_total", "counter", "seconds", "h"};
  EXPECT_EQ(HeaderOf(Format::kText, counter), "# HELP run_seconds_total h\n# TYPE run_seconds_total counter\n");
  EXPECT_EQ(HeaderOf(Format::kOpenMetrics, counter),
            "# HELP run_seconds h\n# TYPE run_seconds counter\n# UNIT run_seconds seconds\n");
  EXPECT_EQ(HeaderOf(Format::kOpenMetrics, {"size_bytes", "gauge", "bytes", "h"}),
            "# HELP size_bytes h\n# TYPE size_bytes gauge\n# UNIT size_bytes bytes\n");
}

TEST(Format, AnInstantOfCreationIsNamedAfterItsFamily) {
  EXPECT_EQ(CreatedName("builds_total"), "builds_created");
  EXPECT_EQ(CreatedName("run_duration_seconds"), "run_duration_seconds_created");
}

TEST(Format, AnExemplarHasItsLabelItsValueAndItsInstant) {
  std::string line = "m_bucket{le=\"1.0\"} 3";
  AppendExemplar(line, {"build_uuid", "a\"b"}, 250ms, workers_builds::Timestamp(1'786'588'430'890ms));
  EXPECT_EQ(line, "m_bucket{le=\"1.0\"} 3 # {build_uuid=\"a\\\"b\"} 0.25 1786588430.89");
}

TEST(Format, HasAContentTypeThatPrometheusKnows) {
  EXPECT_EQ(ContentType(Format::kText), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(ContentType(Format::kOpenMetrics), "application/openmetrics-text; version=1.0.0; charset=utf-8");
}

}  // namespace
}  // namespace exporter::exposition
