#include "client/rate_limit.h"

#include <gtest/gtest.h>

namespace workers_builds {
namespace {

using std::chrono::seconds;

TEST(RateLimit, JoinsBothHeadersByPolicy) {
  const auto limits = ParseRateLimit(R"("default";r=50;t=30)", R"("default";q=1200;w=300)");
  ASSERT_EQ(limits.size(), 1U);
  EXPECT_EQ(limits[0].policy, "default");
  EXPECT_EQ(limits[0].remaining, 50);
  EXPECT_EQ(limits[0].reset, seconds(30));
  EXPECT_EQ(limits[0].quota, 1200);
  EXPECT_EQ(limits[0].window, seconds(300));
}

TEST(RateLimit, KeepsSeveralPoliciesApart) {
  const auto limits = ParseRateLimit(R"("burst";r=0;t=1, "daily";r=99)", R"("daily";q=100;w=86400)");
  ASSERT_EQ(limits.size(), 2U);
  EXPECT_EQ(limits[0].policy, "burst");
  EXPECT_EQ(limits[0].remaining, 0);
  EXPECT_EQ(limits[0].quota, std::nullopt);
  EXPECT_EQ(limits[1].policy, "daily");
  EXPECT_EQ(limits[1].remaining, 99);
  EXPECT_EQ(limits[1].reset, std::nullopt);
  EXPECT_EQ(limits[1].quota, 100);
}

TEST(RateLimit, NoHeaderHasNoItems) {
  EXPECT_TRUE(ParseRateLimit("", "").empty());
  EXPECT_TRUE(ParseRateLimit("  ", "").empty());
}

TEST(RateLimit, ReadsSpacesBareNamesAndParametersThatItDoesNotKnow) {
  const auto limits = ParseRateLimit("default ; r=7 ;\tt=5; pk=:abc=:; partial", "");
  ASSERT_EQ(limits.size(), 1U);
  EXPECT_EQ(limits[0].policy, "default");
  EXPECT_EQ(limits[0].remaining, 7);
  EXPECT_EQ(limits[0].reset, seconds(5));
}

TEST(RateLimit, ANameMayHoldSeparatorsAndEscapes) {
  const auto limits = ParseRateLimit(R"("a,b;c\"\\";r=1, "d";r=2)", "");
  ASSERT_EQ(limits.size(), 2U);
  EXPECT_EQ(limits[0].policy, R"(a,b;c"\)");
  EXPECT_EQ(limits[1].remaining, 2);
}

TEST(RateLimit, LeavesOutWhatIsNotWellFormed) {
  for (const auto* bad : {R"("x";r=)", R"("x";r=-1)", R"("x";r=1.5)", R"("x";r=abc)", R"("x";r=9999999999999999)",
                          R"("x)", R"("x"y;r=1)", R"("x\)", R"(;r=1)", R"(,)", R"(a b;r=1)", R"(limit=1)"}) {
    EXPECT_TRUE(ParseRateLimit(bad, "").empty()) << bad;
    const auto others = ParseRateLimit("\"good\";r=3," + std::string(bad), "");
    ASSERT_FALSE(others.empty()) << bad;
    EXPECT_EQ(others[0].policy, "good") << bad;
  }
}

}  // namespace
}  // namespace workers_builds
