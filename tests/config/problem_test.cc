#include "config/problem.h"

#include <gtest/gtest.h>

namespace config {
namespace {

TEST(Problem, IsFileLineKeyAndMessage) {
  EXPECT_EQ(Describe(Problem{"a.yaml", 7, "poll.interval", "is wrong"}), "a.yaml:7: poll.interval: is wrong");
}

TEST(Problem, LeavesOutTheLineAndTheKeyThatItDoesNotHave) {
  EXPECT_EQ(Describe(Problem{"a.yaml", 0, "", "is wrong"}), "a.yaml: is wrong");
  EXPECT_EQ(Describe(Problem{"environment", 0, "NAME", "is wrong"}), "environment: NAME: is wrong");
}

TEST(Problem, IsALineEachWhenThereAreSeveral) {
  EXPECT_EQ(Describe(Problems{{"a", 1, "", "x"}, {"a", 2, "", "y"}}), "a:1: x\na:2: y\n");
}

TEST(Quote, KeepsATextOnOneShortLine) {
  EXPECT_EQ(Quote("caf\xc3\xa9"), "'caf\xc3\xa9'");
  EXPECT_EQ(Quote("a\nb\x1b[0m"), "'a?b?[0m'");
  EXPECT_EQ(Quote(std::string(81, 'a')), "'" + std::string(80, 'a') + "...'");
}

}  // namespace
}  // namespace config
