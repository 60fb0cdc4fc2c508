#include "exporter/exposition/page.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/gunzip.h"
#include "tests/support/page_text.h"

namespace exporter::exposition {
namespace {

using metrics::Family;
using metrics::FamilyTexts;
using support::Gunzip;
using support::Join;
using support::PageOf;
using support::TextOf;

FamilyTexts TwoFamilies() {
  FamilyTexts texts;
  texts[Family::kUp].text = "cloudflare_workers_builds_up{account=\"a\"} 1\n";
  texts[Family::kSubmittedTotal].text = "cloudflare_workers_builds_submitted_total{} 3\n";
  return texts;
}

TEST(Page, HasTheFamiliesThatHaveSamplesInTheOrderOfTheCatalogue) {
  const auto page = PageOf(TwoFamilies());
  const std::string text = TextOf(*page);
  EXPECT_EQ(text.find("# HELP cloudflare_workers_builds_submitted_total "), 0U);
  EXPECT_NE(text.find("\n# TYPE cloudflare_workers_builds_submitted_total counter\n"), std::string::npos);
  EXPECT_NE(text.find("\ncloudflare_workers_builds_submitted_total{} 3\n# HELP cloudflare_workers_builds_up "),
            std::string::npos);
  EXPECT_TRUE(text.ends_with("\ncloudflare_workers_builds_up{account=\"a\"} 1\n"));
}

TEST(Page, EndsWithTheExportersOwnMetrics) {
  const auto page = PageOf(TwoFamilies());
  for (const Format format : kFormats) {
    EXPECT_EQ(Join(PlainBody(*page, format, "own 1\n")), TextOf(*page, format) + "own 1\n");
  }
}

TEST(Page, IsOneGzipMemberOfTheSameText) {
  const auto page = PageOf(TwoFamilies());
  for (const Format format : kFormats) {
    EXPECT_EQ(Gunzip(Join(GzipBody(*page, format, "own 1\n"))), Join(PlainBody(*page, format, "own 1\n")));
  }
}

TEST(Page, WithoutSamplesIsTheOwnMetricsAlone) {
  const auto page = PageOf(FamilyTexts());
  for (const Format format : kFormats) {
    EXPECT_EQ(Join(PlainBody(*page, format, "own 1\n")), "own 1\n");
    EXPECT_EQ(Gunzip(Join(GzipBody(*page, format, "own 1\n"))), "own 1\n");
  }
}

TEST(Page, SharesItsBytesWithEveryBody) {
  const auto page = PageOf(TwoFamilies());
  const FormattedFamily& family = page->family(Family::kSubmittedTotal)->in(Format::kText);
  EXPECT_EQ(PlainBody(*page, Format::kText, "").front(), family.header.text);
  EXPECT_EQ(PlainBody(*page, Format::kText, "")[1], family.samples->groups.front()->pieces.front().text);
  EXPECT_EQ(GzipBody(*page, Format::kText, "")[1], family.header.deflated.bytes) << "after the gzip header";
  EXPECT_EQ(PlainBody(*page, Format::kOpenMetrics, "")[1], family.samples->groups.front()->pieces.front().text)
      << "both formats have the same samples";
}

TEST(Page, NamesACountersFamilyWithoutTotalInOpenMetrics) {
  const std::string text = TextOf(*PageOf(TwoFamilies()), Format::kOpenMetrics);
  EXPECT_NE(text.find("# TYPE cloudflare_workers_builds_submitted counter\n"), std::string::npos);
  EXPECT_NE(text.find("\ncloudflare_workers_builds_submitted_total{} 3\n"), std::string::npos);
}

TEST(Page, HasTheLinesOfEachFormatWhereTheyDiffer) {
  FamilyTexts texts;
  texts[Family::kSubmittedTotal] = {.text = "s_total 3\n", .open_metrics = "s_total 3\ns_created 1\n"};
  const auto page = PageOf(texts);
  EXPECT_TRUE(TextOf(*page, Format::kText).ends_with("counter\ns_total 3\n"));
  EXPECT_TRUE(TextOf(*page, Format::kOpenMetrics).ends_with("counter\ns_total 3\ns_created 1\n"));
  EXPECT_EQ(Gunzip(Join(GzipBody(*page, Format::kOpenMetrics, ""))), TextOf(*page, Format::kOpenMetrics));
  EXPECT_EQ(page->family(Family::kSubmittedTotal)->series(), 1) << "what the text format has";
}

}  // namespace
}  // namespace exporter::exposition
