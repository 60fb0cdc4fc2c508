// The API as a client sees it, through Simulator::Handle.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "tests/simulator/test_support.h"

namespace simulator {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kUnknownTag(32, 'f');
const std::string kUnknownUuid = "00000000-0000-4000-8000-000000000000";

class ApiTest : public ::testing::Test {
 protected:
  std::string Submit(const Submission& submission = ShopBuild()) {
    return simulator_.accounts().front().Submit(submission).value();
  }
  std::string ListPath(const std::string& query = "") {
    return kAccountPath + "/builds/workers/" + TagOf(simulator_, "shop") + "/builds" + query;
  }
  std::string LatestPath(const std::string& tags) {
    return kAccountPath + "/builds/builds/latest?external_script_ids=" + tags;
  }
  std::vector<std::string> Uuids(const Reply& reply) {
    const rapidjson::Document document = Parse(reply.body);
    std::vector<std::string> uuids;
    for (const auto& build : document["result"].GetArray()) uuids.emplace_back(build["build_uuid"].GetString());
    return uuids;
  }

  Simulator simulator_{QuietScenario(), kStart};
};

TEST_F(ApiTest, DiscoveryShowsEveryScriptWithItsTag) {
  const Reply reply = Get(simulator_, kAccountPath + "/workers/scripts");
  ASSERT_EQ(reply.status, 200);
  const rapidjson::Document document = Parse(reply.body);
  EXPECT_TRUE(document["success"].GetBool());
  EXPECT_FALSE(document.HasMember("result_info")) << "this list has no pages";
  ASSERT_EQ(document["result"].Size(), 3U);
  EXPECT_STREQ(document["result"][0]["id"].GetString(), "shop");
  EXPECT_EQ(document["result"][0]["tag"].GetString(), TagOf(simulator_, "shop"));
}

TEST_F(ApiTest, ABuildIsShownWithNullsUntilItHasThem) {
  const std::string uuid = Submit();
  const Reply queued = Get(simulator_, kAccountPath + "/builds/builds/" + uuid);
  const rapidjson::Document before = Parse(queued.body);
  const auto& build = before["result"];
  EXPECT_EQ(build["build_uuid"].GetString(), uuid);
  EXPECT_STREQ(build["status"].GetString(), "queued");
  for (const char* field :
       {"build_outcome", "initializing_on", "running_on", "stopped_on", "pull_request", "deploy_hook"}) {
    ASSERT_TRUE(build.HasMember(field)) << field;
    EXPECT_TRUE(build[field].IsNull()) << field;
  }
  EXPECT_STREQ(build["created_on"].GetString(), "2026-08-13T12:00:00.000Z");
  EXPECT_STREQ(build["build_trigger_metadata"]["build_trigger_source"].GetString(), "push_event");
  EXPECT_EQ(build["trigger"]["external_script_id"].GetString(), TagOf(simulator_, "shop"));
  EXPECT_STREQ(build["trigger"]["branch_includes"][0].GetString(), "main");

  const rapidjson::Document after =
      Parse(Get(simulator_, kAccountPath + "/builds/builds/" + uuid, kStart + seconds(60)).body);
  EXPECT_STREQ(after["result"]["status"].GetString(), "stopped");
  EXPECT_STREQ(after["result"]["build_outcome"].GetString(), "success");
  EXPECT_STREQ(after["result"]["initializing_on"].GetString(), "2026-08-13T12:00:02.000Z");
  EXPECT_STREQ(after["result"]["running_on"].GetString(), "2026-08-13T12:00:06.000Z");
  EXPECT_STREQ(after["result"]["stopped_on"].GetString(), "2026-08-13T12:01:00.000Z");
  EXPECT_STREQ(after["result"]["modified_on"].GetString(), "2026-08-13T12:01:00.000Z");
}

TEST_F(ApiTest, AManualBuildHasEmptyCommitFields) {
  Submission submission = ShopBuild();
  submission.source = Source::kManual;
  const rapidjson::Document document =
      Parse(Get(simulator_, kAccountPath + "/builds/builds/" + Submit(submission)).body);
  const auto& metadata = document["result"]["build_trigger_metadata"];
  EXPECT_STREQ(metadata["build_trigger_source"].GetString(), "manual");
  for (const char* field : {"commit_hash", "commit_message", "author"}) EXPECT_STREQ(metadata[field].GetString(), "");
}

TEST_F(ApiTest, TheListIsNewestFirstInPages) {
  std::vector<std::string> uuids;
  for (int i = 0; i < 5; ++i) {
    simulator_.AdvanceTo(kStart + seconds(i));
    uuids.insert(uuids.begin(), Submit());
  }
  const Reply second = Get(simulator_, ListPath("?page=2&per_page=2"), kStart + seconds(4));
  EXPECT_THAT(Uuids(second), ElementsAre(uuids[2], uuids[3]));
  const rapidjson::Document document = Parse(second.body);
  const auto& info = document["result_info"];
  EXPECT_EQ(info["page"].GetInt(), 2);
  EXPECT_EQ(info["per_page"].GetInt(), 2);
  EXPECT_EQ(info["count"].GetInt(), 2);
  EXPECT_EQ(info["total_count"].GetInt(), 5);
  EXPECT_EQ(info["total_pages"].GetInt(), 3);
  EXPECT_TRUE(info["next_page"].GetBool());
  EXPECT_FALSE(Parse(Get(simulator_, ListPath("?page=3&per_page=2")).body)["result_info"]["next_page"].GetBool());
}

TEST_F(ApiTest, TheListHasFiftyRowsAPageUnlessAsked) {
  for (int i = 0; i < 60; ++i) Submit();
  EXPECT_EQ(Uuids(Get(simulator_, ListPath())).size(), 50U);
  EXPECT_EQ(Uuids(Get(simulator_, ListPath("?per_page=200"))).size(), 60U);
}

TEST_F(ApiTest, APageBehindTheLastOneIsEmpty) {
  Submit();
  for (const char* query : {"?page=2", "?page=18446744073709551615&per_page=200"}) {
    const Reply reply = Get(simulator_, ListPath(query));
    EXPECT_EQ(reply.status, 200) << query;
    EXPECT_TRUE(Uuids(reply).empty()) << query;
  }
}

TEST_F(ApiTest, RefusesPagesThatCannotBe) {
  for (const char* query :
       {"?page=0", "?page=-1", "?page=x", "?per_page=0", "?per_page=201", "?per_page=", "?page=1.5"}) {
    const Reply reply = Get(simulator_, ListPath(query));
    EXPECT_EQ(reply.status, 400) << query;
    EXPECT_EQ(ErrorCode(reply), 12013) << query;
  }
}

TEST_F(ApiTest, LatestIsAMapWithoutScriptsThatHaveNoBuildAndWithoutUnknownTags) {
  Submit();
  simulator_.AdvanceTo(kStart + seconds(1));
  const std::string newest = Submit();
  const std::string shop = TagOf(simulator_, "shop");
  // A comma may come encoded.
  const Reply reply = Get(simulator_, LatestPath(shop + "%2C" + TagOf(simulator_, "blog") + "," + kUnknownTag));
  ASSERT_EQ(reply.status, 200);
  const rapidjson::Document document = Parse(reply.body);
  const auto& builds = document["result"]["builds"];
  ASSERT_EQ(builds.MemberCount(), 1U);
  EXPECT_EQ(builds[shop.c_str()]["build_uuid"].GetString(), newest);
}

TEST_F(ApiTest, LatestTakesTwentyTagsAndNoMore) {
  std::string tags = kUnknownTag;
  for (int i = 1; i < 20; ++i) tags += "," + kUnknownTag;
  EXPECT_EQ(Get(simulator_, LatestPath(tags)).status, 200);
  for (const std::string& query : {tags + "," + kUnknownTag, std::string()}) {
    const Reply reply = Get(simulator_, LatestPath(query));
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(ErrorCode(reply), 12013);
  }
  EXPECT_EQ(ErrorCode(Get(simulator_, kAccountPath + "/builds/builds/latest")), 12013);
}

TEST_F(ApiTest, OneUnknownTagFailsLatestWhereTheScenarioSaysSo) {
  Scenario scenario = QuietScenario();
  scenario.unknown_tag_fails_latest = true;
  Simulator strict(scenario, kStart);
  EXPECT_EQ(Get(strict, LatestPath(TagOf(strict, "shop"))).status, 200);
  EXPECT_EQ(ErrorCode(Get(strict, LatestPath(TagOf(strict, "shop") + "," + kUnknownTag))), 12000);
}

TEST_F(ApiTest, FindsTheBuildOfAVersion) {
  const std::string uuid = Submit();
  const std::string version = VersionIdOf(uuid);
  EXPECT_NE(version, uuid);
  const std::string path = kAccountPath + "/builds/builds?version_ids=" + version;
  EXPECT_EQ(Parse(Get(simulator_, path).body)["result"]["builds"].MemberCount(), 0U) << "nothing is deployed yet";
  const rapidjson::Document document = Parse(Get(simulator_, path, kStart + seconds(60)).body);
  EXPECT_EQ(document["result"]["builds"][version.c_str()]["build_uuid"].GetString(), uuid);
  EXPECT_EQ(ErrorCode(Get(simulator_, kAccountPath + "/builds/builds")), 12013);
}

TEST_F(ApiTest, WhatIsNotThereIsNotFound) {
  for (const std::string& path :
       {"/builds/builds/" + kUnknownUuid, "/builds/workers/" + kUnknownTag + "/builds",
        "/builds/workers/" + kUnknownTag + "/triggers", std::string("/builds/workers/shop/builds")}) {
    const Reply reply = Get(simulator_, kAccountPath + path);
    EXPECT_EQ(reply.status, 404) << path;
    EXPECT_EQ(ErrorCode(reply), 12000) << path;
  }
  EXPECT_EQ(ErrorCode(Get(simulator_, "/client/v4/accounts/me/workers/scripts")), 7003);
  EXPECT_EQ(ErrorCode(Get(simulator_, "/client/v4/nothing")), 7003);
}

TEST_F(ApiTest, AConnectedScriptHasTwoTriggersAndAnotherNone) {
  const auto triggers = [&](const std::string& script) {
    return Parse(Get(simulator_, kAccountPath + "/builds/workers/" + TagOf(simulator_, script) + "/triggers").body);
  };
  const rapidjson::Document shop = triggers("shop");
  ASSERT_EQ(shop["result"].Size(), 2U);
  EXPECT_STREQ(shop["result"][0]["branch_includes"][0].GetString(), "main");
  EXPECT_STREQ(shop["result"][1]["branch_includes"][0].GetString(), "*");
  EXPECT_STREQ(shop["result"][1]["branch_excludes"][0].GetString(), "main");
  EXPECT_EQ(triggers("static")["result"].Size(), 0U);
}

TEST_F(ApiTest, LimitsAreNullOnThePaidPlan) {
  const rapidjson::Document paid = Parse(Get(simulator_, kAccountPath + "/builds/account/limits").body);
  EXPECT_TRUE(paid["result"]["has_reached_build_minutes_limit"].IsNull());
  EXPECT_TRUE(paid["result"]["build_minutes_refresh_on"].IsNull());
  Scenario scenario = QuietScenario();
  scenario.accounts.front().plan = Plan::kFree;
  scenario.accounts.front().limit_reached = true;
  Simulator free_account(scenario, kStart);
  const rapidjson::Document free = Parse(Get(free_account, kAccountPath + "/builds/account/limits").body);
  EXPECT_TRUE(free["result"]["has_reached_build_minutes_limit"].GetBool());
  EXPECT_STREQ(free["result"]["build_minutes_refresh_on"].GetString(), "2026-09-01T00:00:00.000Z");
}

TEST_F(ApiTest, EveryAnswerHasTheSimulatedDateAndTheRateLimit) {
  Scenario scenario = QuietScenario();
  scenario.speed = 60;
  Simulator fast(scenario, kStart);
  for (const char* token : {"simulated-token", ""}) {
    const Reply reply = Get(fast, kAccountPath + "/workers/scripts", kStart + seconds(2), token);
    EXPECT_EQ(reply.headers.at("date"), "Thu, 13 Aug 2026 12:02:00 GMT");
    EXPECT_EQ(reply.headers.at("ratelimit"), "\"default\";r=1199;t=300");
    EXPECT_EQ(reply.headers.at("ratelimit-policy"), "\"default\";q=1200;w=300");
    EXPECT_THAT(reply.headers.at("cf-ray"), HasSubstr("-SIM"));
  }
}

TEST_F(ApiTest, TheRateLimitIsThatOfTheWallAndOfOneToken) {
  Scenario scenario = QuietScenario();
  scenario.speed = 3'600;
  scenario.rate_limit.requests = 2;
  scenario.tokens.push_back(TokenScenario{});
  scenario.tokens.back().value = "other-token";
  Simulator limited(scenario, kStart);
  const std::string path = kAccountPath + "/workers/scripts";
  EXPECT_EQ(Get(limited, path, kStart).status, 200);
  EXPECT_EQ(Get(limited, path, kStart + seconds(1)).status, 200);
  const Reply refused = Get(limited, path, kStart + seconds(2));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(ErrorCode(refused), 10429);
  EXPECT_EQ(refused.headers.at("retry-after"), "300");
  EXPECT_EQ(Get(limited, path, kStart + seconds(301)).status, 429);
  EXPECT_EQ(Get(limited, path, kStart + seconds(301), "other-token").status, 200);
  EXPECT_EQ(Get(limited, path, kStart + seconds(302)).status, 200);
}

}  // namespace
}  // namespace simulator
