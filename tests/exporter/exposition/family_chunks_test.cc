#include "exporter/exposition/family_chunks.h"

#include <gmock/gmock.h>

#include <string>

namespace exporter::exposition {
namespace {

using ::testing::EndsWith;
using ::testing::StartsWith;

const metrics::FamilyInfo& Up() {
  return metrics::Info(metrics::Family::kUp);
}

std::string TextOf(const SampleBlock& block) {
  std::string text;
  block.ForEachPiece([&](const Piece& piece) { text += *piece.text; });
  return text;
}

TEST(FamilyChunks, AFamilyWithoutSamplesIsNotOnThePage) {
  FamilyChunks chunks;
  EXPECT_EQ(chunks.Render(Up()), nullptr);
  chunks.Set(5, {.text = "up 1\n", .open_metrics = {}});
  EXPECT_NE(chunks.Render(Up()), nullptr);
  chunks.Set(5, {});
  EXPECT_EQ(chunks.Render(Up()), nullptr);
}

TEST(FamilyChunks, TheSameLinesAgainChangeNothing) {
  FamilyChunks chunks;
  chunks.Set(7, {.text = "up 1\n", .open_metrics = "up 1 # {} 2\n"});
  const auto page = chunks.Render(Up());
  chunks.Set(7, {.text = "up 1\n", .open_metrics = "up 1 # {} 2\n"});
  EXPECT_EQ(chunks.Render(Up()), page);
}

TEST(FamilyChunks, AChangeOfOneFormatIsAChange) {
  FamilyChunks chunks;
  chunks.Set(7, {.text = "up 1\n", .open_metrics = "up 1 # {} 2\n"});
  const auto before = chunks.Render(Up());
  chunks.Set(7, {.text = "up 1\n", .open_metrics = "up 1 # {} 3\n"});
  const auto after = chunks.Render(Up());
  EXPECT_EQ(TextOf(*after->in(Format::kOpenMetrics).samples), "up 1 # {} 3\n");
  EXPECT_EQ(after->in(Format::kText).samples, before->in(Format::kText).samples);
}

TEST(FamilyChunks, BothFormatsShareTheirSamplesUnlessTheyDiffer) {
  FamilyChunks chunks;
  chunks.Set(0, {.text = "up 1\n", .open_metrics = {}});
  const auto same = chunks.Render(Up());
  EXPECT_EQ(same->in(Format::kText).samples, same->in(Format::kOpenMetrics).samples);
  EXPECT_NE(*same->in(Format::kText).header.text, "");
}

TEST(FamilyChunks, TheHeaderIsCountedInTheChecksum) {
  FamilyChunks chunks;
  chunks.Set(0, {.text = "up 1\n", .open_metrics = {}});
  for (int round = 0; round < 2; ++round) {
    const auto page = chunks.Render(Up());
    for (const Format format : kFormats) {
      const FormattedFamily& family = page->in(format);
      EXPECT_THAT(*family.header.text,
                  AllOf(StartsWith("# HELP cloudflare_workers_builds_up "), EndsWith("_up gauge\n")));
      EXPECT_EQ(family.checksum, Deflate(*family.header.text + TextOf(*family.samples)).checksum);
    }
    chunks.Set(1, {.text = "up 2\n", .open_metrics = {}});
  }
}

}  // namespace
}  // namespace exporter::exposition
