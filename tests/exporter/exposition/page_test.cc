#include "exporter/exposition/page.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

namespace exporter::exposition {
namespace {

using metrics::Family;
using metrics::FamilyTexts;

FamilyTexts TwoFamilies() {
  FamilyTexts texts;
  texts[static_cast<std::size_t>(Family::kUp)] = "cloudflare_workers_builds_up{account=\"a\"} 1\n";
  texts[static_cast<std::size_t>(Family::kSubmittedTotal)] = "cloudflare_workers_builds_submitted_total{} 3\n";
  return texts;
}

std::string Join(const std::vector<std::shared_ptr<const std::string>>& pieces) {
  std::string all;
  for (const auto& piece : pieces) all += *piece;
  return all;
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
  const auto page = RenderPage(TwoFamilies());
  ASSERT_EQ(page->text.size(), 2U);
  EXPECT_EQ(page->text[0]->find("# HELP cloudflare_workers_builds_submitted_total "), 0U);
  EXPECT_NE(page->text[0]->find("\n# TYPE cloudflare_workers_builds_submitted_total counter\n"), std::string::npos);
  EXPECT_TRUE(page->text[0]->ends_with("\ncloudflare_workers_builds_submitted_total{} 3\n"));
  EXPECT_EQ(page->text[1]->find("# HELP cloudflare_workers_builds_up "), 0U);
}

TEST(Page, EndsWithTheExportersOwnMetrics) {
  const auto page = RenderPage(TwoFamilies());
  EXPECT_EQ(Join(PlainBody(*page, "own 1\n")), Join(page->text) + "own 1\n");
}

TEST(Page, IsOneGzipMemberOfTheSameText) {
  const auto page = RenderPage(TwoFamilies());
  EXPECT_EQ(Gunzip(Join(GzipBody(*page, "own 1\n"))), Join(PlainBody(*page, "own 1\n")));
}

TEST(Page, WithoutSamplesIsTheOwnMetricsAlone) {
  const auto page = RenderPage({});
  EXPECT_EQ(Join(PlainBody(*page, "own 1\n")), "own 1\n");
  EXPECT_EQ(Gunzip(Join(GzipBody(*page, "own 1\n"))), "own 1\n");
}

TEST(Page, SharesItsBytesWithEveryBody) {
  const auto page = RenderPage(TwoFamilies());
  EXPECT_EQ(PlainBody(*page, "").front(), page->text.front());
}

}  // namespace
}  // namespace exporter::exposition
