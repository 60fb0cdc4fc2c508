#include "client/text.h"

#include <gtest/gtest.h>

namespace workers_builds {
namespace {

constexpr std::string_view kBad = "\xEF\xBF\xBD";

std::string Bad(std::string_view before, std::string_view after = "") {
  return std::string(before) + std::string(kBad) + std::string(after);
}

TEST(ToUtf8, LeavesUtf8AsItIs) {
  std::int64_t invalid = 0;
  for (const auto* text : {"", "a", "plain text of more than eight bytes", "gr\xC3\xBC\xC3\x9F", "\xE2\x9C\xA8 done",
                           "12345678\xF0\x9F\x9A\x80 rocket", "\xEF\xBF\xBD", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF"}) {
    EXPECT_EQ(ToUtf8(text, &invalid), text);
  }
  EXPECT_EQ(invalid, 0);
}

TEST(ToUtf8, ReplacesBytesThatAreNoUtf8) {
  std::int64_t invalid = 0;
  EXPECT_EQ(ToUtf8("a\xFFz", &invalid), Bad("a", "z"));
  EXPECT_EQ(ToUtf8("a\xC3", &invalid), Bad("a"));
  EXPECT_EQ(ToUtf8("a long prefix here\x80", &invalid), Bad("a long prefix here"));
  EXPECT_EQ(invalid, 3);
}

TEST(ToUtf8, CountsAStringOnceWhateverIsWrongWithIt) {
  std::int64_t invalid = 0;
  EXPECT_EQ(ToUtf8("\xFF\xFE", &invalid), Bad("", kBad));
  EXPECT_EQ(invalid, 1);
}

TEST(ToUtf8, RefusesOverlongFormsSurrogatesAndWhatIsBeyondUnicode) {
  for (const std::string_view text : {"\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xF0\x80\x80\xAF", "\xED\xA0\x80",
                                      "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x28\xA1"}) {
    std::int64_t invalid = 0;
    const auto clean = ToUtf8(text, &invalid);
    EXPECT_EQ(invalid, 1) << text;
    EXPECT_EQ(ToUtf8(clean, &invalid), clean);
    EXPECT_EQ(invalid, 1) << "the replacement is not UTF-8 itself";
  }
}

TEST(CleanLine, MakesOneLineOfIt) {
  EXPECT_EQ(CleanLine("  two\r\n\tlines\x1B[31m\x7F \x01 end\n\n", 100), "two lines [31m end");
  EXPECT_EQ(CleanLine("a\xC2\x85z", 100), "a z");
  EXPECT_EQ(CleanLine(std::string_view("nul\0nul", 7), 100), "nul nul");
  EXPECT_EQ(CleanLine("bad \xFF", 100), Bad("bad "));
}

TEST(CleanLine, CutsBetweenCharacters) {
  EXPECT_EQ(CleanLine("abc\xE2\x9C\xA8", 6), "abc\xE2\x9C\xA8");
  EXPECT_EQ(CleanLine("abc\xE2\x9C\xA8", 5), "abc");
  EXPECT_EQ(CleanLine(std::string(1'000'000, 'x'), 200), std::string(200, 'x'));
}

TEST(Trim, TakesSpacesAndTabsOffBothEnds) {
  EXPECT_EQ(Trim(" \ta b\t "), "a b");
  EXPECT_EQ(Trim(" \t"), "");
  EXPECT_EQ(Trim(""), "");
}

TEST(ToLower, ChangesAsciiLettersOnly) {
  EXPECT_EQ(ToLower("CF-Ray@[Z\xC3\x9C"), "cf-ray@[z\xC3\x9C");
}

TEST(PercentEncode, LeavesOnlyUnreservedCharacters) {
  EXPECT_EQ(PercentEncode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(PercentEncode("a/b?c&d=e f%\xC3\xBC,+"), "a%2Fb%3Fc%26d%3De%20f%25%C3%BC%2C%2B");
}

TEST(Redact, HidesEveryOccurrence) {
  EXPECT_EQ(Redact("token abc, abcabc", "abc"), "token <secret>, <secret><secret>");
  EXPECT_EQ(Redact("nothing", "abc"), "nothing");
  EXPECT_EQ(Redact("nothing", ""), "nothing");
}

}  // namespace
}  // namespace workers_builds
