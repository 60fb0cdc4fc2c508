#include "tests/simulator/simulated_clock.h"

#include <gtest/gtest.h>

namespace simulator {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Instant kWall(seconds(1'000'000));
const Instant kSimulated(seconds(2'000'000));

TEST(SimulatedClockTest, RunsAsFastAsItIsTold) {
  const SimulatedClock clock(kWall, kSimulated, 60);
  EXPECT_EQ(clock.At(kWall), kSimulated);
  EXPECT_EQ(clock.At(kWall + milliseconds(1'500)), kSimulated + seconds(90));
}

TEST(SimulatedClockTest, IsNeverBeforeItsStart) {
  EXPECT_EQ(SimulatedClock(kWall, kSimulated, 60).At(kWall - seconds(5)), kSimulated);
}

TEST(SimulatedClockTest, StandsStillAtSpeedZeroAndGoesOnFromThere) {
  SimulatedClock clock(kWall, kSimulated, 60);
  clock.SetSpeed(kWall + seconds(1), 0);
  EXPECT_EQ(clock.At(kWall + seconds(100)), kSimulated + seconds(60));
  clock.SetSpeed(kWall + seconds(100), 1);
  EXPECT_EQ(clock.At(kWall + seconds(103)), kSimulated + seconds(63));
}

TEST(SimulatedClockTest, JumpsAhead) {
  SimulatedClock clock(kWall, kSimulated, 0);
  clock.Jump(seconds(7));
  EXPECT_EQ(clock.At(kWall + seconds(1)), kSimulated + seconds(7));
}

}  // namespace
}  // namespace simulator
