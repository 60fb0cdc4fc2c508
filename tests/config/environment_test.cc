#include "config/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/config/test_environment.h"

namespace config {
namespace {

using testing::HasSubstr;

const Environment kEnvironment = FakeEnvironment({{"HOST", "example.com"}, {"EMPTY", ""}, {"NESTED", "${HOST}"}});

TEST(ExpandVariables, ReplacesEveryVariable) {
  EXPECT_EQ(ExpandVariables("https://${HOST}/${HOST}", kEnvironment), "https://example.com/example.com");
}

TEST(ExpandVariables, TakesAnEmptyVariableForEmptyText) {
  EXPECT_EQ(ExpandVariables("a${EMPTY}b", kEnvironment), "ab");
}

TEST(ExpandVariables, DoesNotLookIntoWhatItReplaced) {
  EXPECT_EQ(ExpandVariables("${NESTED}", kEnvironment), "${HOST}");
}

TEST(ExpandVariables, WritesALiteralBraceForTwoDollars) {
  EXPECT_EQ(ExpandVariables("$${HOST} ${HOST}", kEnvironment), "${HOST} example.com");
}

TEST(ExpandVariables, LeavesOtherDollarsAlone) {
  for (const char* text : {"", "$", "$$", "web-.*$", "$HOST", "^a{2}$", "a$$b"}) {
    EXPECT_EQ(ExpandVariables(text, kEnvironment), text);
  }
}

TEST(ExpandVariables, NamesTheVariableThatIsNotSet) {
  const auto expanded = ExpandVariables("${HOST}${MISSING}", kEnvironment);
  ASSERT_FALSE(expanded);
  EXPECT_THAT(expanded.error(), HasSubstr("MISSING is not set"));
}

TEST(ExpandVariables, RefusesBracesWithoutAName) {
  for (const char* text : {"${", "${}", "${HOST", "${a b}", "${1ST}", "${HOST:-x}"}) {
    EXPECT_FALSE(ExpandVariables(text, kEnvironment)) << text;
  }
}

TEST(ProcessEnvironment, TellsAnEmptyVariableFromOneThatIsNotSet) {
  ASSERT_EQ(setenv("WORKERS_BUILDS_TEST_VARIABLE", "", 1), 0);
  EXPECT_EQ(ProcessEnvironment()("WORKERS_BUILDS_TEST_VARIABLE"), "");
  ASSERT_EQ(unsetenv("WORKERS_BUILDS_TEST_VARIABLE"), 0);
  EXPECT_EQ(ProcessEnvironment()("WORKERS_BUILDS_TEST_VARIABLE"), std::nullopt);
}

}  // namespace
}  // namespace config
