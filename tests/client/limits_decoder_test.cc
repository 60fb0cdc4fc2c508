#include "client/limits_decoder.h"

#include <gtest/gtest.h>

namespace workers_builds {
namespace {

tl::expected<AccountLimits, SchemaError> Decode(std::string_view text) {
  const auto document = JsonDocument::Parse(std::string(text));
  ReadNotes notes;
  return DecodeAccountLimits(document->root(), notes);
}

TEST(LimitsDecoder, ReadsBothFields) {
  const auto limits =
      Decode(R"({"has_reached_build_minutes_limit":true,"build_minutes_refresh_on":"2026-09-01T00:00:00.000Z"})");
  ASSERT_TRUE(limits.has_value());
  EXPECT_EQ(limits->has_reached_build_minutes_limit, true);
  EXPECT_EQ(limits->build_minutes_refresh_on, ParseTimestamp("2026-09-01T00:00:00Z"));
}

TEST(LimitsDecoder, APaidPlanHasNoLimits) {
  for (const auto* text : {"{}", R"({"has_reached_build_minutes_limit":null,"build_minutes_refresh_on":null})"}) {
    const auto limits = Decode(text);
    ASSERT_TRUE(limits.has_value()) << text;
    EXPECT_EQ(limits->has_reached_build_minutes_limit, std::nullopt);
    EXPECT_EQ(limits->build_minutes_refresh_on, std::nullopt);
  }
}

TEST(LimitsDecoder, WhatIsNoObjectIsAnError) {
  EXPECT_EQ(Decode("null").error().json_path, "$.result");
}

}  // namespace
}  // namespace workers_builds
