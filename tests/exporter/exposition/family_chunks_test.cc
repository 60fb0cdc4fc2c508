#include "exporter/exposition/family_chunks.h"

#include <gmock/gmock.h>

#include <random>

#include "tests/support/page_text.h"

namespace exporter::exposition {
namespace {

using ::testing::EndsWith;
using ::testing::SizeIs;
using ::testing::StartsWith;

const metrics::FamilyInfo& Up() {
  return metrics::Info(metrics::Family::kUp);
}

std::string Line(std::size_t slot, int value) {
  return "up{slot=\"" + std::to_string(slot) + "\"} " + std::to_string(value) + "\n";
}

/// Without the comment lines.
std::string SamplesOf(const FamilyPage& page) {
  std::string text;
  for (std::size_t i = 1; i < page.pieces.size(); ++i) text += *page.pieces[i].text;
  return text;
}

TEST(FamilyChunks, AFamilyWithoutSamplesIsNotOnThePage) {
  FamilyChunks chunks;
  EXPECT_EQ(chunks.Render(Up()), nullptr);
  chunks.Set(5, "");
  EXPECT_EQ(chunks.Render(Up()), nullptr);
  chunks.Set(5, Line(5, 1));
  EXPECT_NE(chunks.Render(Up()), nullptr);
  chunks.Set(5, "");
  EXPECT_EQ(chunks.Render(Up()), nullptr);
}

TEST(FamilyChunks, TheCommentLinesComeFirst) {
  FamilyChunks chunks;
  chunks.Set(0, Line(0, 1));
  EXPECT_THAT(*chunks.Render(Up())->pieces.front().text,
              AllOf(StartsWith("# HELP cloudflare_workers_builds_up "), EndsWith("_up gauge\n")));
}

TEST(FamilyChunks, LinesStandInTheOrderOfTheirSlotsWhateverTheOrderOfTheirComing) {
  FamilyChunks chunks;
  for (const std::size_t slot : {100U, 3U, 31U, 32U, 2U}) chunks.Set(slot, Line(slot, 1));
  const auto page = chunks.Render(Up());
  EXPECT_EQ(SamplesOf(*page), Line(2, 1) + Line(3, 1) + Line(31, 1) + Line(32, 1) + Line(100, 1));
  EXPECT_EQ(page->samples, 5);
  EXPECT_THAT(page->pieces, SizeIs(4)) << "the comments and the slots 0 to 31, 32 to 63, 96 to 127";
}

TEST(FamilyChunks, TheSameLinesAgainChangeNothing) {
  FamilyChunks chunks;
  chunks.Set(7, Line(7, 1));
  const auto page = chunks.Render(Up());
  chunks.Set(7, Line(7, 1));
  EXPECT_EQ(chunks.Render(Up()), page);
}

TEST(FamilyChunks, OnlyTheChunkOfAChangeIsRenderedAgain) {
  FamilyChunks chunks;
  for (std::size_t slot = 0; slot < 96; ++slot) chunks.Set(slot, Line(slot, 1));
  const auto before = chunks.Render(Up());
  chunks.Set(40, Line(40, 2));
  const auto after = chunks.Render(Up());
  ASSERT_THAT(after->pieces, SizeIs(4));
  for (const std::size_t same : {0U, 1U, 3U}) {
    EXPECT_EQ(after->pieces[same].text, before->pieces[same].text);
    EXPECT_EQ(after->pieces[same].deflated.bytes, before->pieces[same].deflated.bytes);
  }
  EXPECT_NE(*after->pieces[2].text, *before->pieces[2].text);
}

TEST(FamilyChunks, APageThatWasHandedOutStaysAsItWas) {
  FamilyChunks chunks;
  chunks.Set(0, Line(0, 1));
  const auto before = chunks.Render(Up());
  chunks.Set(0, Line(0, 2));
  chunks.Render(Up());
  EXPECT_EQ(SamplesOf(*before), Line(0, 1));
}

TEST(FamilyChunks, WhateverChangesThePageIsTheLinesInOrder) {
  std::mt19937 random(1);
  FamilyChunks chunks;
  std::map<std::size_t, std::string> truth;
  for (int round = 0; round < 300; ++round) {
    for (std::size_t changes = random() % 8; changes > 0; --changes) {
      const std::size_t slot = random() % 200;
      std::string lines;
      for (std::size_t count = random() % 4; count > 0; --count) lines += Line(slot, static_cast<int>(random() % 1000));
      chunks.Set(slot, lines);
      truth[slot] = lines;
    }
    std::string expected;
    for (const auto& [slot, lines] : truth) expected += lines;
    const auto page = chunks.Render(Up());
    ASSERT_EQ(page == nullptr ? "" : SamplesOf(*page), expected);
    if (page == nullptr) continue;
    EXPECT_EQ(page->samples, std::count(expected.begin(), expected.end(), '\n'));
    EXPECT_EQ(page->checksum, Deflate(*page->pieces.front().text + expected).checksum);
  }
}

}  // namespace
}  // namespace exporter::exposition
