#include "client/builds_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/build_json.h"
#include "tests/support/scripted_transport.h"

namespace workers_builds {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using testing::ScriptedTransport;
using ::testing::StartsWith;

const std::string kAccount = "023e105f4ecef8ad9ca31a8372d0c353";
const std::string kTag = "dd7160bb9cef458093557736f4b9e75b";

/// Gives a token or an error, and counts refusals.
class FakeCredentials : public Credentials {
 public:
  tl::expected<std::string, std::string> BearerToken() override { return token; }
  void Refused() override { ++refusals; }

  tl::expected<std::string, std::string> token = "hidden-token";
  int refusals = 0;
};

class BuildsClientTest : public ::testing::Test {
 protected:
  ~BuildsClientTest() override { EXPECT_EQ(transport_.left(), 0U) << "replies that nobody asked for"; }

  void Succeed(const std::string& result) { transport_.Push(200, R"({"success":true,"result":)" + result + "}"); }
  std::string target() const { return transport_.requests().back().target; }

  ScriptedTransport transport_;
  FakeCredentials credentials_;
  BuildsClient client_{transport_, credentials_};
  CallOptions options_;
};

TEST_F(BuildsClientTest, EveryRequestSaysWhoAsksAndForWhat) {
  Succeed("[]");
  options_.timeout = std::chrono::milliseconds(1234);
  client_.ListScripts(kAccount, options_);
  const auto request = transport_.requests().at(0);
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.headers.at("authorization"), "Bearer hidden-token");
  EXPECT_EQ(request.headers.at("accept"), "application/json");
  EXPECT_THAT(request.headers.at("user-agent"), ::testing::MatchesRegex("workers_builds_exporter/[0-9.]+"));
  EXPECT_EQ(request.timeout, std::chrono::milliseconds(1234));
  EXPECT_EQ(request.body, "");
}

TEST_F(BuildsClientTest, ListsScripts) {
  Succeed(R"([{"id":"storefront","tag":")" + kTag + R"("}])");
  const auto answer = client_.ListScripts(kAccount, options_);
  EXPECT_EQ(target(), "/accounts/" + kAccount + "/workers/scripts");
  ASSERT_TRUE(answer.value.has_value()) << Describe(answer.value.error());
  ASSERT_EQ(answer.value->size(), 1U);
  EXPECT_EQ(answer.value->front().name, "storefront");
}

TEST_F(BuildsClientTest, NoScriptsAreAValueAndANullListIsAnError) {
  Succeed("[]");
  EXPECT_TRUE(client_.ListScripts(kAccount, options_).value.has_value());
  Succeed("null");
  const auto answer = client_.ListScripts(kAccount, options_);
  ASSERT_FALSE(answer.value.has_value());
  EXPECT_EQ(Describe(answer.value.error()), "GET /accounts/" + kAccount +
                                                "/workers/scripts: schema, HTTP 200: expected array, found null at "
                                                "$.result");
}

TEST_F(BuildsClientTest, AsksForTheLatestBuildsOfSeveralScriptsAtOnce) {
  Succeed(R"({"builds":{"aa":)" + testing::BuildJson(1) + "}}");
  const std::vector<std::string> tags{"aa", "b,b", "c&c"};
  const auto answer = client_.GetLatestBuilds(kAccount, tags, options_);
  EXPECT_EQ(target(), "/accounts/" + kAccount + "/builds/builds/latest?external_script_ids=aa,b%2Cb,c%26c");
  ASSERT_TRUE(answer.value.has_value()) << Describe(answer.value.error());
  EXPECT_EQ(answer.value->at("aa").uuid, ParseUuid(testing::BuildJsonUuid(1)));
}

TEST_F(BuildsClientTest, ListsBuildsPageByPage) {
  transport_.Push(200, testing::BuildPageJson(2));
  const auto answer = client_.ListBuilds(kAccount, kTag, 3, 25, options_);
  EXPECT_EQ(target(), "/accounts/" + kAccount + "/builds/workers/" + kTag + "/builds?page=3&per_page=25");
  ASSERT_TRUE(answer.value.has_value()) << Describe(answer.value.error());
  EXPECT_EQ(answer.value->builds.size(), 2U);
  EXPECT_EQ(answer.value->total_count, 2);
}

TEST_F(BuildsClientTest, GetsABuild) {
  Succeed(testing::BuildJson(5));
  const auto uuid = *ParseUuid(testing::BuildJsonUuid(5));
  const auto answer = client_.GetBuild(kAccount, uuid, options_);
  EXPECT_EQ(target(), "/accounts/" + kAccount + "/builds/builds/" + testing::BuildJsonUuid(5));
  ASSERT_TRUE(answer.value.has_value()) << Describe(answer.value.error());
  EXPECT_EQ(answer.value->uuid, uuid);
}

TEST_F(BuildsClientTest, GetsTheLimitsOfTheAccount) {
  Succeed(R"({"has_reached_build_minutes_limit":false})");
  const auto answer = client_.GetAccountLimits(kAccount, options_);
  EXPECT_EQ(target(), "/accounts/" + kAccount + "/builds/account/limits");
  ASSERT_TRUE(answer.value.has_value()) << Describe(answer.value.error());
  EXPECT_EQ(answer.value->has_reached_build_minutes_limit, false);
}

TEST_F(BuildsClientTest, VerifiesTokensOfUsersAndOfAccounts) {
  Succeed(R"({"id":"a","status":"active"})");
  EXPECT_EQ(client_.VerifyUserToken(options_).value->status, "active");
  EXPECT_EQ(target(), "/user/tokens/verify");
  Succeed(R"({"id":"a","status":"disabled"})");
  EXPECT_EQ(client_.VerifyAccountToken(kAccount, options_).value->status, "disabled");
  EXPECT_EQ(target(), "/accounts/" + kAccount + "/tokens/verify");
}

TEST_F(BuildsClientTest, WhatComesFromOutsideCannotChangeThePath) {
  Succeed("[]");
  client_.ListBuilds("../a b", "x/../y?z#", 1, 25, options_);
  EXPECT_THAT(target(), StartsWith("/accounts/..%2Fa%20b/builds/workers/x%2F..%2Fy%3Fz%23/builds?"));
}

TEST_F(BuildsClientTest, TheAnswerSaysWhatTimeItIsAndWhatIsLeftOfTheBudget) {
  transport_.Push(200, R"({"success":true,"result":[]})",
                  {{"date", "Thu, 13 Aug 2026 10:00:00 GMT"},
                   {"ratelimit", R"("default";r=50;t=30)"},
                   {"ratelimit-policy", R"("default";q=1200;w=300)"}});
  const auto meta = client_.ListScripts(kAccount, options_).meta;
  EXPECT_EQ(meta.status, 200);
  EXPECT_EQ(meta.date, ParseTimestamp("2026-08-13T10:00:00Z"));
  ASSERT_EQ(meta.rate_limits.size(), 1U);
  EXPECT_EQ(meta.rate_limits[0].remaining, 50);
  EXPECT_EQ(meta.rate_limits[0].quota, 1200);
}

TEST_F(BuildsClientTest, ARefusalSaysThatToo) {
  transport_.Push(
      429, R"({"success":false,"errors":[{"code":971,"message":"slow"}]})",
      {{"date", "Thu, 13 Aug 2026 10:00:00 GMT"}, {"ratelimit", R"("default";r=0;t=30)"}, {"retry-after", "30"}});
  const auto answer = client_.ListScripts(kAccount, options_);
  ASSERT_FALSE(answer.value.has_value());
  EXPECT_EQ(answer.value.error().reason, ErrorReason::kRateLimited);
  EXPECT_EQ(answer.value.error().retry_after, std::chrono::seconds(30));
  EXPECT_EQ(answer.meta.status, 429);
  EXPECT_TRUE(answer.meta.date.has_value());
  EXPECT_EQ(answer.meta.rate_limits.at(0).remaining, 0);
}

TEST_F(BuildsClientTest, UnknownWordsAndBadTextAreInTheMeta) {
  Succeed("{\"build_uuid\":\"" + testing::BuildJsonUuid(1) +
          "\",\"status\":\"paused\",\"build_trigger_metadata\":{\"author\":\"\xFF\",\"branch\":\"\\ud83d\"}}");
  const auto answer = client_.GetBuild(kAccount, Uuid(), options_);
  ASSERT_TRUE(answer.value.has_value());
  EXPECT_EQ(answer.value->metadata.author, "\xEF\xBF\xBD");
  EXPECT_THAT(answer.meta.unknown_values, ElementsAre(Pair("status", "paused")));
  EXPECT_EQ(answer.meta.invalid_utf8, 2);
}

TEST_F(BuildsClientTest, ACallIsOneAttempt) {
  transport_.Fail(TransportError::Kind::kTimeout, "no whole answer within 10000 ms");
  const auto answer = client_.GetAccountLimits(kAccount, options_);
  ASSERT_FALSE(answer.value.has_value());
  EXPECT_EQ(answer.value.error().reason, ErrorReason::kTimeout);
  EXPECT_EQ(answer.meta.status, 0);
  EXPECT_EQ(transport_.requests().size(), 1U);
}

TEST_F(BuildsClientTest, A401TellsTheCredentialsAndNothingElseDoes) {
  for (const int status : {403, 404, 429, 500}) {
    transport_.Push(status, "{}");
    client_.GetAccountLimits(kAccount, options_);
  }
  EXPECT_EQ(credentials_.refusals, 0);
  transport_.Push(401, R"({"success":false,"errors":[{"code":12006,"message":"Invalid token"}]})");
  const auto answer = client_.GetAccountLimits(kAccount, options_);
  EXPECT_EQ(credentials_.refusals, 1);
  EXPECT_EQ(answer.value.error().reason, ErrorReason::kAuth);
  EXPECT_EQ(answer.value.error().cloudflare_code, 12006);
}

TEST_F(BuildsClientTest, WithoutATokenNothingIsSent) {
  credentials_.token = tl::unexpected(std::string("the token file '/t' is empty"));
  const auto answer = client_.VerifyUserToken(options_);
  ASSERT_FALSE(answer.value.has_value());
  EXPECT_EQ(Describe(answer.value.error()), "GET /user/tokens/verify: auth: the token file '/t' is empty");
  EXPECT_TRUE(transport_.requests().empty());
}

TEST_F(BuildsClientTest, NoErrorHoldsTheTokenOrTheQuery) {
  transport_.Push(400, R"({"success":false,"errors":[{"code":12013,"message":"bad: Bearer hidden-token"}]})");
  const std::vector<std::string> tags{"aa"};
  const auto error = client_.GetLatestBuilds(kAccount, tags, options_).value.error();
  EXPECT_THAT(Describe(error), Not(HasSubstr("hidden-token")));
  EXPECT_EQ(error.request, "GET /accounts/" + kAccount + "/builds/builds/latest");
}

}  // namespace
}  // namespace workers_builds
