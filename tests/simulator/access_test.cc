#include "tests/simulator/access.h"

#include <gtest/gtest.h>

#include "tests/simulator/test_support.h"

namespace simulator {
namespace {

const std::string kScripts = kAccountPath + "/workers/scripts";
const std::string kLimits = kAccountPath + "/builds/account/limits";
const std::string kVerifyUser = "/client/v4/user/tokens/verify";
const std::string kVerifyAccount = kAccountPath + "/tokens/verify";

Scenario WithTokens() {
  Scenario scenario = QuietScenario();
  const std::set<Permission> both = {Permission::kWorkersCiRead, Permission::kWorkersScriptsRead};
  scenario.tokens = {{"user", TokenKind::kUser, both, {}},
                     {"owned", TokenKind::kAccount, both, {}},
                     {"scripts-only", TokenKind::kUser, {Permission::kWorkersScriptsRead}, {}},
                     {"elsewhere", TokenKind::kUser, both, {std::string(32, 'a')}}};
  return scenario;
}

struct Expected {
  std::string token;
  std::string path;
  int status;
  int code;
};

TEST(AccessTest, RefusesAsTheReferenceSays) {
  const std::vector<Expected> table = {
      {"user", kScripts, 200, 0},          {"user", kLimits, 200, 0},           {"user", kVerifyUser, 200, 0},
      {"user", kVerifyAccount, 401, 9109}, {"", kScripts, 401, 12005},          {"", kLimits, 401, 12005},
      {"wrong", kLimits, 401, 12006},      {"wrong", kScripts, 401, 9109},      {"wrong", kVerifyUser, 401, 9109},
      {"owned", kScripts, 200, 0},         {"owned", kLimits, 401, 12006},      {"owned", kVerifyUser, 401, 9109},
      {"owned", kVerifyAccount, 200, 0},   {"scripts-only", kScripts, 200, 0},  {"scripts-only", kLimits, 403, 10000},
      {"elsewhere", kLimits, 403, 10000},  {"elsewhere", kScripts, 403, 10000},
  };
  Simulator simulator(WithTokens(), kStart);
  for (const Expected& row : table) {
    const Reply reply = Get(simulator, row.path, kStart, row.token);
    EXPECT_EQ(reply.status, row.status) << "token '" << row.token << "' on " << row.path;
    EXPECT_EQ(ErrorCode(reply), row.code) << "token '" << row.token << "' on " << row.path;
  }
}

TEST(AccessTest, SaysThatATokenIsActiveAsTheRealApiDoes) {
  Simulator simulator(WithTokens(), kStart);
  const rapidjson::Document document = Parse(Get(simulator, kVerifyUser, kStart, "user").body);
  EXPECT_STREQ(document["result"]["status"].GetString(), "active");
  EXPECT_EQ(document["result"]["id"].GetStringLength(), 32U);
  EXPECT_EQ(document["messages"][0]["code"].GetInt(), 10000) << "a success message with the code of an error";
}

TEST(AccessTest, KnowsBearerTokensOnly) {
  EXPECT_EQ(BearerToken({{"authorization", "Bearer abc"}}), "abc");
  EXPECT_EQ(BearerToken({{"authorization", "Basic abc"}}), "");
  EXPECT_EQ(BearerToken({}), "");
}

}  // namespace
}  // namespace simulator
