#include "tests/support/exposition_parser.h"

#include <gmock/gmock.h>

namespace support {
namespace {

using ::testing::HasSubstr;

const std::string kCounter = "# HELP builds_total Builds.\n# TYPE builds_total counter\n";

std::string ProblemOf(const std::string& page) {
  const auto parsed = ParseExposition(page);
  return parsed ? "(accepted)" : parsed.error();
}

TEST(ExpositionParser, ReadsSamplesWithTheirLabels) {
  const auto page = ParseExposition(kCounter + "builds_total{a=\"x\\\\y\\\"\\n\",b=\"\"} 3\nbuilds_total 0.5\n" +
                                    "# HELP up A \\\\ and \\n.\n# TYPE up gauge\nup +Inf\n");
  ASSERT_TRUE(page) << page.error();
  const Samples expected = {
      {{"builds_total", {{"a", "x\\y\"\n"}, {"b", ""}}}, 3}, {{"builds_total", {}}, 0.5}, {{"up", {}}, HUGE_VAL}};
  EXPECT_EQ(Differences(expected, page->samples), "");
  EXPECT_EQ(page->types.at("builds_total"), "counter");
  EXPECT_EQ(page->types.at("up"), "gauge");
}

TEST(ExpositionParser, KnowsWhichSamplesAHistogramHas) {
  const std::string head = "# HELP d Duration.\n# TYPE d histogram\n";
  EXPECT_TRUE(ParseExposition(head + "d_bucket{le=\"1.0\"} 1\nd_bucket{le=\"+Inf\"} 2\nd_sum 3.5\nd_count 2\n"));
  EXPECT_THAT(ProblemOf(head + "d_bucket 1\n"), HasSubstr("a bucket without le"));
  EXPECT_THAT(ProblemOf(head + "d 1\n"), HasSubstr("does not belong to the family"));
}

TEST(ExpositionParser, RefusesASeriesThatStandsTwice) {
  EXPECT_THAT(ProblemOf(kCounter + "builds_total{a=\"1\",b=\"2\"} 3\nbuilds_total{b=\"2\",a=\"1\"} 3\n"),
              HasSubstr("line 4: a series that was there before"));
}

TEST(ExpositionParser, RefusesAFamilyInTwoPlaces) {
  EXPECT_THAT(ProblemOf(kCounter + "builds_total 1\n# HELP up U.\n# TYPE up gauge\nup 1\n" + kCounter),
              HasSubstr("line 7: HELP of a family that was there before"));
  EXPECT_THAT(ProblemOf(kCounter + "# HELP up U.\n# TYPE up gauge\nbuilds_total 1\n"),
              HasSubstr("does not belong to the family above it, 'up'"));
}

TEST(ExpositionParser, RefusesAFamilyWithoutHelpOrType) {
  EXPECT_THAT(ProblemOf("# TYPE up gauge\nup 1\n"), HasSubstr("TYPE without its HELP"));
  EXPECT_THAT(ProblemOf("# HELP up U.\nup 1\n"), HasSubstr("a sample between HELP and TYPE"));
  EXPECT_THAT(ProblemOf("# HELP up U.\n"), HasSubstr("the last HELP has no TYPE"));
  EXPECT_THAT(ProblemOf("up 1\n"), HasSubstr("does not belong"));
  EXPECT_THAT(ProblemOf("# HELP up U.\n# TYPE up gauge\n# TYPE up gauge\n"), HasSubstr("TYPE a second time"));
}

TEST(ExpositionParser, RefusesWhatIsNotWellFormed) {
  const auto problem_of_sample = [](const std::string& sample) { return ProblemOf(kCounter + sample + "\n"); };
  EXPECT_THAT(problem_of_sample("builds_total{a=\"\\t\"} 1"), HasSubstr("an escape that label values do not have"));
  EXPECT_THAT(problem_of_sample("builds_total{a=\"1\",a=\"2\"} 1"), HasSubstr("the label 'a' twice"));
  EXPECT_THAT(problem_of_sample("builds_total{a=\"1} 1"), HasSubstr("a label value that does not end"));
  EXPECT_THAT(problem_of_sample("builds_total 1 1690000000000"), HasSubstr("not a value, or more than a value"));
  EXPECT_THAT(problem_of_sample("builds_total one"), HasSubstr("not a value"));
  EXPECT_THAT(problem_of_sample("builds_total{}x 1"), HasSubstr("not a label"));
  EXPECT_THAT(problem_of_sample(""), HasSubstr("not a metric name"));
  EXPECT_THAT(problem_of_sample("# EOF"), HasSubstr("a comment that is neither HELP nor TYPE"));
  EXPECT_THAT(ProblemOf("# HELP up A \\t.\n"), HasSubstr("an escape that HELP does not have"));
  EXPECT_THAT(ProblemOf(kCounter + "builds_total 1"), HasSubstr("the last line does not end"));
}

TEST(SeriesDifferences, NamesWhatIsMissingTooMuchOrOther) {
  const Samples expected = {{{"a", {}}, 1}, {{"b", {{"x", "1"}}}, 2}};
  const Samples actual = {{{"a", {}}, 1.5}, {{"c", {}}, 3}};
  EXPECT_EQ(Differences(expected, actual),
            "a is 1.5, expected 1\nb{x=\"1\"} is missing, expected 2\nc is there with 3\n");
  EXPECT_EQ(Differences(expected, expected), "");
  EXPECT_EQ(Differences(expected, {}, 1), "a is missing, expected 1\nand 1 more\n");
}

}  // namespace
}  // namespace support
