#include <gtest/gtest.h>

#include "tests/support/economy_run.h"

/// What tests/bench/README.md promises, on the rows that take little time.
namespace support {
namespace {

using namespace std::chrono_literals;

TEST(Economy, AHundredScriptsTakeFiftyRequestsPerFiveMinutes) {
  const auto result = RunEconomy({.scripts = 100, .changes = 0.01, .measured = 4h, .seed = 1});
  EXPECT_GT(result.builds, 150u);
  EXPECT_EQ(result.uncounted, 0u);
  EXPECT_LE(result.requests_mean, 50);
}

TEST(Economy, AThousandScriptsTakeAFourteenthOfOneCallEach) {
  const auto result = RunEconomy({.scripts = 1000, .changes = 0.01, .measured = 1h, .seed = 1});
  EXPECT_GT(result.builds, 450u);
  EXPECT_EQ(result.uncounted, 0u);
  EXPECT_LE(result.requests_mean, 340);
  EXPECT_LT(result.delay_p50, 10s);
  EXPECT_LT(result.delay_p99, 60s);
}

TEST(Economy, WhatTheBudgetDoesNotCarryIsLookedAtLessOften) {
  const auto result = RunEconomy({.scripts = 2400, .changes = 0.01, .measured = 1h, .seed = 1});
  EXPECT_EQ(result.uncounted, 0u);
  EXPECT_LE(result.requests_worst, 600u);
  EXPECT_GE(result.requests_mean, 500) << "the budget is used";
  EXPECT_LT(result.delay_p99, 2min);
  EXPECT_GT(result.interval_mean, 70s);
  EXPECT_LT(result.interval_mean, 120s);
}

}  // namespace
}  // namespace support
