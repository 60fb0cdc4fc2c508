#include "tests/simulator/rate_limiter.h"

#include <gtest/gtest.h>

namespace simulator {
namespace {

using std::chrono::seconds;

const Instant kNoon(seconds(1'786'622'400));
const RateLimit kThreeIn300s{3, seconds(300)};

TEST(RateLimiterTest, LetsTheLimitThroughInAnyWindow) {
  RateLimiter limiter(kThreeIn300s);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(limiter.Refuses(kNoon + seconds(100 * i))) << "request " << i;
  EXPECT_EQ(limiter.peak(), 3U);
}

TEST(RateLimiterTest, RefusesEverythingForAWindowAfterOneTooMany) {
  RateLimiter limiter(kThreeIn300s);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(limiter.Refuses(kNoon));
  EXPECT_EQ(limiter.Remaining(kNoon), 0U);
  EXPECT_TRUE(limiter.Refuses(kNoon + seconds(10)));
  EXPECT_EQ(limiter.ResetsIn(kNoon + seconds(10)), seconds(300));
  EXPECT_TRUE(limiter.Refuses(kNoon + seconds(309)));
  EXPECT_FALSE(limiter.Refuses(kNoon + seconds(310))) << "the block has ended";
  EXPECT_EQ(limiter.Remaining(kNoon + seconds(310)), 2U);
}

TEST(RateLimiterTest, RemembersTheBusiestWindowWithRefusedRequests) {
  RateLimiter limiter(kThreeIn300s);
  for (int i = 0; i < 5; ++i) limiter.Refuses(kNoon + seconds(i));
  limiter.Refuses(kNoon + seconds(2'000));
  EXPECT_EQ(limiter.peak(), 5U);
}

TEST(RateLimiterTest, SaysWhenTheWindowHasRoomAgain) {
  RateLimiter limiter(kThreeIn300s);
  limiter.Refuses(kNoon);
  limiter.Refuses(kNoon + seconds(100));
  EXPECT_EQ(limiter.Remaining(kNoon + seconds(100)), 1U);
  EXPECT_EQ(limiter.ResetsIn(kNoon + seconds(100)), seconds(200));
}

}  // namespace
}  // namespace simulator
