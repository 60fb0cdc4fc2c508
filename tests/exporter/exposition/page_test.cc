#include "exporter/exposition/page.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "tests/support/page_text.h"

namespace exporter::exposition {
namespace {

using metrics::Family;
using metrics::FamilyTexts;
using support::Join;
using support::PageOf;
using support::TextOf;

FamilyTexts TwoFamilies() {
  FamilyTexts texts;
  texts[static_cast<std::size_t>(Family::kUp)] = "cloudflare_workers_builds_up{account=\"a\"} 1\n";
  texts[static_cast<std::size_t>(Family::kSubmittedTotal)] = "cloudflare_workers_builds_submitted_total{} 3\n";
  return texts;
}

std::string Gunzip(const std::string& member) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
  std::string text(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(member.data()));
  stream.avail_in = static_cast<uInt>(member.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END) << "not one whole gzip member";
  EXPECT_EQ(stream.avail_in, 0U) << "bytes after the member";
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return text;
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
  EXPECT_EQ(Join(PlainBody(*page, "own 1\n")), TextOf(*page) + "own 1\n");
}

TEST(Page, IsOneGzipMemberOfTheSameText) {
  const auto page = PageOf(TwoFamilies());
  EXPECT_EQ(Gunzip(Join(GzipBody(*page, "own 1\n"))), Join(PlainBody(*page, "own 1\n")));
}

TEST(Page, WithoutSamplesIsTheOwnMetricsAlone) {
  const auto page = PageOf({});
  EXPECT_EQ(Join(PlainBody(*page, "own 1\n")), "own 1\n");
  EXPECT_EQ(Gunzip(Join(GzipBody(*page, "own 1\n"))), "own 1\n");
}

TEST(Page, SharesItsBytesWithEveryBody) {
  const auto page = PageOf(TwoFamilies());
  const auto& pieces = page->family(Family::kSubmittedTotal)->pieces;
  EXPECT_EQ(PlainBody(*page, "").front(), pieces.front().text);
  EXPECT_EQ(GzipBody(*page, "")[1], pieces.front().deflated.bytes) << "after the header";
}

}  // namespace
}  // namespace exporter::exposition
