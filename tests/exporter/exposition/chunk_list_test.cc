#include "exporter/exposition/chunk_list.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace exporter::exposition {
namespace {

using ::testing::SizeIs;

std::string Line(std::size_t slot, int value) {
  return "up{slot=\"" + std::to_string(slot) + "\"} " + std::to_string(value) + "\n";
}

std::string TextOf(const SampleBlock& block) {
  std::string text;
  block.ForEachPiece([&](const Piece& piece) { text += *piece.text; });
  return text;
}

std::vector<Piece> PiecesOf(const SampleBlock& block) {
  std::vector<Piece> pieces;
  block.ForEachPiece([&](const Piece& piece) { pieces.push_back(piece); });
  return pieces;
}

TEST(ChunkList, WithoutLinesThereIsNothing) {
  ChunkList chunks;
  EXPECT_EQ(chunks.Render(), nullptr);
  chunks.Set(5, "");
  EXPECT_EQ(chunks.Render(), nullptr);
  chunks.Set(5, Line(5, 1));
  EXPECT_NE(chunks.Render(), nullptr);
  chunks.Set(5, "");
  EXPECT_EQ(chunks.Render(), nullptr);
}

TEST(ChunkList, LinesStandInTheOrderOfTheirSlotsWhateverTheOrderOfTheirComing) {
  ChunkList chunks;
  for (const std::size_t slot : {100U, 3U, 31U, 32U, 2U}) chunks.Set(slot, Line(slot, 1));
  const auto block = chunks.Render();
  EXPECT_EQ(TextOf(*block), Line(2, 1) + Line(3, 1) + Line(31, 1) + Line(32, 1) + Line(100, 1));
  EXPECT_EQ(block->lines, 5);
  EXPECT_THAT(PiecesOf(*block), SizeIs(3)) << "the slots 0 to 31, 32 to 63, 96 to 127";
}

TEST(ChunkList, TheSameLinesAgainChangeNothing) {
  ChunkList chunks;
  chunks.Set(7, Line(7, 1));
  const auto block = chunks.Render();
  chunks.Set(7, Line(7, 1));
  EXPECT_EQ(chunks.Render(), block);
}

TEST(ChunkList, OnlyTheChunkOfAChangeIsRenderedAgain) {
  ChunkList chunks;
  for (std::size_t slot = 0; slot < 96; ++slot) chunks.Set(slot, Line(slot, 1));
  const auto before = PiecesOf(*chunks.Render());
  chunks.Set(40, Line(40, 2));
  const auto after = PiecesOf(*chunks.Render());
  ASSERT_THAT(after, SizeIs(3));
  for (const std::size_t same : {0U, 2U}) {
    EXPECT_EQ(after[same].text, before[same].text);
    EXPECT_EQ(after[same].deflated.bytes, before[same].deflated.bytes);
  }
  EXPECT_NE(*after[1].text, *before[1].text);
}

TEST(ChunkList, OnlyTheGroupOfAChangeIsPutTogetherAgain) {
  constexpr std::size_t kGroup = ChunkList::kSlots * ChunkList::kChunks;
  ChunkList chunks;
  for (std::size_t slot = 0; slot < 3 * kGroup; ++slot) chunks.Set(slot, Line(slot, 1));
  const auto before = chunks.Render();
  chunks.Set(kGroup + 7, Line(kGroup + 7, 2));
  const auto after = chunks.Render();
  ASSERT_THAT(after->groups, SizeIs(3));
  EXPECT_EQ(after->groups[0], before->groups[0]);
  EXPECT_NE(after->groups[1], before->groups[1]);
  EXPECT_EQ(after->groups[2], before->groups[2]);
}

TEST(ChunkList, AGroupThatLosesItsLastLineIsLeftOut) {
  constexpr std::size_t kGroup = ChunkList::kSlots * ChunkList::kChunks;
  ChunkList chunks;
  for (const std::size_t slot : {kGroup - 1, kGroup, 2 * kGroup}) chunks.Set(slot, Line(slot, 1));
  chunks.Render();
  chunks.Set(kGroup, "");
  const auto block = chunks.Render();
  EXPECT_THAT(block->groups, SizeIs(2));
  EXPECT_EQ(TextOf(*block), Line(kGroup - 1, 1) + Line(2 * kGroup, 1));
}

TEST(ChunkList, ABlockThatWasHandedOutStaysAsItWas) {
  ChunkList chunks;
  chunks.Set(0, Line(0, 1));
  const auto before = chunks.Render();
  chunks.Set(0, Line(0, 2));
  chunks.Render();
  EXPECT_EQ(TextOf(*before), Line(0, 1));
}

TEST(ChunkList, WhateverChangesTheBlockIsTheLinesInOrder) {
  std::mt19937 random(1);
  ChunkList chunks;
  std::map<std::size_t, std::string> truth;
  for (int round = 0; round < 300; ++round) {
    for (std::size_t changes = random() % 8; changes > 0; --changes) {
      const std::size_t slot = random() % 2000;
      std::string lines;
      for (std::size_t count = random() % 4; count > 0; --count) lines += Line(slot, static_cast<int>(random() % 1000));
      chunks.Set(slot, lines);
      truth[slot] = lines;
    }
    std::string expected;
    for (const auto& [slot, lines] : truth) expected += lines;
    const auto block = chunks.Render();
    ASSERT_EQ(block == nullptr ? "" : TextOf(*block), expected);
    if (block == nullptr) continue;
    EXPECT_EQ(block->lines, std::count(expected.begin(), expected.end(), '\n'));
    EXPECT_EQ(block->checksum, Deflate(expected).checksum);
  }
}

}  // namespace
}  // namespace exporter::exposition
