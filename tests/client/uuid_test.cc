#include "client/uuid.h"

#include <gtest/gtest.h>

#include <set>
#include <unordered_set>

namespace workers_builds {
namespace {

constexpr auto kText = "0189abcd-ef01-2345-6789-fedcba987654";

TEST(Uuid, WritesWhatItReads) {
  const auto uuid = ParseUuid(kText);
  ASSERT_TRUE(uuid.has_value());
  EXPECT_EQ(uuid->bytes[0], 0x01);
  EXPECT_EQ(uuid->bytes[15], 0x54);
  EXPECT_EQ(FormatUuid(*uuid), kText);
}

TEST(Uuid, ReadsUpperCaseAsTheSameBuild) {
  EXPECT_EQ(ParseUuid("0189ABCD-EF01-2345-6789-FEDCBA987654"), ParseUuid(kText));
}

TEST(Uuid, RefusesEverythingElse) {
  for (const auto* text : {"", "0189abcd-ef01-2345-6789-fedcba98765", "0189abcd-ef01-2345-6789-fedcba9876540",
                           "0189abcdef0123456789fedcba987654", "0189abcd-ef01-2345-6789-fedcba98765g",
                           "0189abcd-ef01-2345-67890fedcba98765", "-189abcd-ef01-2345-6789-fedcba987654",
                           "0189abcd-ef01-2345-6789-fedcba98765\xC3", "{189abcd-ef01-2345-6789-fedcba98765}"}) {
    EXPECT_EQ(ParseUuid(text), std::nullopt) << text;
  }
}

TEST(Uuid, OrdersByteByByte) {
  const auto low = ParseUuid("00000000-0000-0000-0000-0000000000ff");
  const auto high = ParseUuid("80000000-0000-0000-0000-000000000000");
  EXPECT_LT(*low, *high);
  EXPECT_EQ((std::set{*low, *high, *low}.size()), 2U);
}

TEST(Uuid, HashesDifferByEveryByte) {
  std::unordered_set<std::size_t> hashes;
  for (std::size_t i = 0; i < 16; ++i) {
    Uuid uuid;
    uuid.bytes[i] = 1;
    hashes.insert(std::hash<Uuid>()(uuid));
  }
  EXPECT_EQ(hashes.size(), 16U);
}

}  // namespace
}  // namespace workers_builds
