#include "exporter/ledger/shard.h"

#include <gmock/gmock.h>

#include <cstdio>
#include <string>
#include <vector>

namespace exporter::ledger {
namespace {

/// 32 hex digits, as tags have.
std::vector<std::string> Tags(int count) {
  std::vector<std::string> tags;
  for (int i = 0; i < count; ++i) {
    std::string tag(33, '\0');
    std::snprintf(tag.data(), tag.size(), "%016x%016x", i * 2654435761U, i);
    tag.pop_back();
    tags.push_back(tag);
  }
  return tags;
}

int OwnerOf(const std::string& tag, int total) {
  int owner = -1;
  for (int i = 0; i < total; ++i) {
    if (!Shard{i, total}.Owns(tag)) continue;
    EXPECT_EQ(owner, -1) << tag << " has two owners";
    owner = i;
  }
  EXPECT_NE(owner, -1) << tag << " has no owner";
  return owner;
}

TEST(Shard, AloneOwnsEverything) {
  for (const std::string& tag : Tags(100)) EXPECT_TRUE(Shard().Owns(tag));
  EXPECT_TRUE(Shard().Owns(""));
}

TEST(Shard, EveryScriptHasOneOwnerAndTheirPartsAreAlike) {
  const int total = 8;
  std::vector<int> parts(total);
  for (const std::string& tag : Tags(8000)) ++parts[static_cast<std::size_t>(OwnerOf(tag, total))];
  for (const int part : parts) EXPECT_NEAR(part, 1000, 150);
}

TEST(Shard, OneMoreTakesItsPartAndMovesNothingElse) {
  int moved = 0;
  for (const std::string& tag : Tags(4000)) {
    const int before = OwnerOf(tag, 3);
    const int after = OwnerOf(tag, 4);
    if (after == before) continue;
    EXPECT_EQ(after, 3) << tag;
    ++moved;
  }
  EXPECT_NEAR(moved, 1000, 120);
}

TEST(Shard, TheOwnerIsTheSameInEveryVersion) {
  // Another one would move scripts when half of the shards are upgraded.
  EXPECT_EQ(OwnerOf("0123456789abcdef0123456789abcdef", 5), 4);
  EXPECT_EQ(OwnerOf("fedcba9876543210fedcba9876543210", 5), 4);
  EXPECT_EQ(OwnerOf("00000000000000000000000000000001", 1000), 946);
}

TEST(Shard, IsWrittenAsIndexAndTotal) {
  EXPECT_EQ(ToText(Shard{2, 3}), "2/3");
}

}  // namespace
}  // namespace exporter::ledger
