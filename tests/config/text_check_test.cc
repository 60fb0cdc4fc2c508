#include "config/text_check.h"

#include <gtest/gtest.h>

namespace config {
namespace {

TEST(HexId, IsLowered) {
  EXPECT_EQ(ParseHexId("023E105F4ECEF8AD9CA31A8372D0C353"), "023e105f4ecef8ad9ca31a8372d0c353");
}

TEST(HexId, Has32HexDigits) {
  for (const char* text : {"", "023e105f4ecef8ad9ca31a8372d0c35", "023e105f4ecef8ad9ca31a8372d0c3530",
                           "g23e105f4ecef8ad9ca31a8372d0c353", "023e105f4ecef8ad9ca31a8372d0c353\n"}) {
    EXPECT_EQ(ParseHexId(text), std::nullopt) << "'" << text << "'";
  }
}

TEST(Token, LosesTheWhiteSpaceAroundIt) {
  const auto token = ParseToken(" v1.0-abc_DEF\r\n");
  ASSERT_TRUE(token) << token.error();
  EXPECT_EQ(token->Reveal(), "v1.0-abc_DEF");
}

TEST(Token, HoldsNothingThatWouldBreakAHeader) {
  for (const char* text : {"", " \n", "a b", "a\r\nX-Injected: 1", "a\tb", "caf\xc3\xa9", "a\x7f"}) {
    EXPECT_FALSE(ParseToken(text)) << "'" << text << "'";
  }
}

TEST(BaseUrl, LosesTheSlashAtItsEnd) {
  EXPECT_EQ(ParseBaseUrl("https://api.cloudflare.com/client/v4/"), "https://api.cloudflare.com/client/v4");
  EXPECT_EQ(ParseBaseUrl("http://127.0.0.1:8080//"), "http://127.0.0.1:8080");
}

TEST(BaseUrl, HasASchemeAHostAndMaybeAPortAndAPath) {
  for (const char* text : {"https://api.example.com", "HTTP://localhost:1", "http://[::1]:65535/client/v4"}) {
    EXPECT_EQ(ParseBaseUrl(text), text);
  }
  for (const char* text : {"", "https://", "https:///path", "ftp://host", "host", "http://host:0", "http://host:65536",
                           "http://host:", "http://user@host", "http://host?a", "http://host/#a", "http://host/a b"}) {
    EXPECT_FALSE(ParseBaseUrl(text)) << "'" << text << "'";
  }
}

TEST(ProxyUrl, HasAHostAndAPortAndMaybeAPassword) {
  EXPECT_EQ(ParseProxyUrl("http://proxy:3128/"), "http://proxy:3128");
  EXPECT_EQ(ParseProxyUrl("http://user:pass@[::1]:3128"), "http://user:pass@[::1]:3128");
  for (const char* text : {"", "proxy:3128", "https://proxy:3128", "http://proxy", "http://proxy:3128/path"}) {
    EXPECT_FALSE(ParseProxyUrl(text)) << "'" << text << "'";
  }
}

TEST(LabelText, IsUtf8WithoutControlCharacters) {
  EXPECT_TRUE(IsLabelText("Caf\xc3\xa9 \"production\" \\ 1"));
  EXPECT_FALSE(IsLabelText(""));
  EXPECT_FALSE(IsLabelText("a\nb"));
  EXPECT_FALSE(IsLabelText("caf\xe9"));
}

TEST(Pattern, IsRefusedWithWhatRe2Says) {
  EXPECT_EQ(WhyBadPattern("web-(a|b).*"), std::nullopt);
  EXPECT_EQ(WhyBadPattern("web-("), "missing ): web-(");
}

}  // namespace
}  // namespace config
