#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "config/config_loader.h"
#include "tests/config/test_environment.h"

// Each fixtures/NAME.yaml holds one mistake (or several, where its name says so), NAME.expected what is said about it.
namespace config {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

const fs::path kFixtures = fs::path(SOURCE_DIR) / "tests/config/fixtures";

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << "there is no " << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> FixtureNames(const std::string& extension) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(kFixtures)) {
    if (entry.path().extension() == extension) names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

class BadFixture : public testing::TestWithParam<std::string> {};

TEST_P(BadFixture, IsRefusedWithItsMessage) {
  const Environment environment =
      FakeEnvironment({{"API_TOKEN", "s3cret"}, {"EMPTY", ""}, {"TWO_WORDS", "Bearer s3cret"}});
  const auto config = Load((kFixtures / (GetParam() + ".yaml")).string(), environment, TestNow());
  ASSERT_FALSE(config) << "the mistake was not found";
  Problems problems = config.error();
  for (Problem& problem : problems) problem.file = fs::path(problem.file).filename().string();
  const std::string said = Describe(problems);
  EXPECT_EQ(said, Read(kFixtures / (GetParam() + ".expected")));
  EXPECT_THAT(said, Not(HasSubstr("s3cret"))) << "a message shows a secret";
}

INSTANTIATE_TEST_SUITE_P(Fixtures, BadFixture, testing::ValuesIn(FixtureNames(".yaml")),
                         [](const auto& instance) { return instance.param; });

TEST(BadFixtures, EveryExpectedMessageHasItsFile) {
  EXPECT_EQ(FixtureNames(".expected"), FixtureNames(".yaml"));
}

}  // namespace
}  // namespace config
