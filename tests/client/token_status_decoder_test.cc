#include "client/token_status_decoder.h"

#include <gtest/gtest.h>

namespace workers_builds {
namespace {

tl::expected<TokenStatus, SchemaError> Decode(std::string_view text) {
  const auto document = JsonDocument::Parse(std::string(text));
  ReadNotes notes;
  return DecodeTokenStatus(document->root(), notes);
}

TEST(TokenStatusDecoder, ReadsAToken) {
  const auto token =
      Decode(R"({"id":"ed17574386854bf78a67040be0a770b0","status":"active","expires_on":"2027-01-01T00:00:00Z"})");
  ASSERT_TRUE(token.has_value());
  EXPECT_EQ(token->id, "ed17574386854bf78a67040be0a770b0");
  EXPECT_EQ(token->status, "active");
  EXPECT_EQ(token->expires_on, ParseTimestamp("2027-01-01T00:00:00Z"));
}

TEST(TokenStatusDecoder, ATokenMayLastForEver) {
  EXPECT_EQ(Decode(R"({"id":"a","status":"active"})")->expires_on, std::nullopt);
}

TEST(TokenStatusDecoder, WhatIsNoObjectIsAnError) {
  EXPECT_EQ(Decode("[]").error().json_path, "$.result");
}

}  // namespace
}  // namespace workers_builds
