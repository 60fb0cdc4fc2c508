#include "config/nearest_word.h"

#include <gtest/gtest.h>

namespace config {
namespace {

constexpr std::string_view kKeys[] = {"interval", "active_interval", "idle_interval", "level"};

TEST(NearestWord, FindsALetterTooManyTooFewOrWrong) {
  EXPECT_EQ(NearestWord("intervall", kKeys), "interval");
  EXPECT_EQ(NearestWord("intrval", kKeys), "interval");
  EXPECT_EQ(NearestWord("lewel", kKeys), "level");
}

TEST(NearestWord, TakesCaseAndSeparatorsForNothing) {
  EXPECT_EQ(NearestWord("activeInterval", kKeys), "active_interval");
  EXPECT_EQ(NearestWord("Idle-Interval", kKeys), "idle_interval");
}

TEST(NearestWord, FindsNothingWhenAllAreFar) {
  EXPECT_EQ(NearestWord("colour", kKeys), std::nullopt);
  EXPECT_EQ(NearestWord("", kKeys), std::nullopt);
  EXPECT_EQ(NearestWord("x", kKeys), std::nullopt);
  EXPECT_EQ(NearestWord("level", {}), std::nullopt);
}

}  // namespace
}  // namespace config
