#include "tests/simulator/control.h"

#include <gmock/gmock.h>

#include "tests/simulator/test_support.h"

namespace simulator {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

class ControlTest : public ::testing::Test {
 protected:
  rapidjson::Document Json(const Reply& reply, int status = 200) {
    EXPECT_EQ(reply.status, status) << reply.body;
    return Parse(reply.body);
  }
  rapidjson::Document Read(const std::string& target) { return Json(Get(simulator_, target, simulator_.now(), "")); }

  Simulator simulator_{QuietScenario(), kStart};
};

TEST_F(ControlTest, SubmitsBuildsAndCountsThem) {
  const auto submitted = Json(Post(simulator_, "/_simulator/builds",
                                   R"({"account": "production", "script": "shop", "branch_class": "preview",
                                       "outcome": "fail", "source": "manual", "queue": 1, "init": 2, "run": 3.5,
                                       "count": 2})"));
  ASSERT_EQ(submitted["build_uuids"].Size(), 2U);
  const Build* build = simulator_.accounts().front().FindBuild(submitted["build_uuids"][0].GetString());
  EXPECT_EQ(build->branch_class, BranchClass::kPreview);
  EXPECT_EQ(build->source, Source::kManual);
  simulator_.AdvanceTo(kStart + std::chrono::milliseconds(6'500));
  EXPECT_EQ(build->outcome, Outcome::kFail);
  const auto counts = Read("/_simulator/builds");
  ASSERT_EQ(counts["builds"].Size(), 1U);
  EXPECT_STREQ(counts["builds"][0]["script"].GetString(), "shop");
  EXPECT_STREQ(counts["builds"][0]["status"].GetString(), "stopped");
  EXPECT_STREQ(counts["builds"][0]["outcome"].GetString(), "fail");
  EXPECT_EQ(counts["builds"][0]["count"].GetInt(), 2);
}

TEST_F(ControlTest, CancelsABuild) {
  const std::string uuid = simulator_.accounts().front().Submit(ShopBuild()).value();
  Json(Post(simulator_, "/_simulator/builds", R"({"cancel": ")" + uuid + R"("})"));
  EXPECT_EQ(simulator_.accounts().front().FindBuild(uuid)->outcome, Outcome::kCancelled);
}

TEST_F(ControlTest, ChangesScripts) {
  Json(Post(simulator_, "/_simulator/scripts", R"({"rename": "shop", "to": "store"})"));
  Json(Post(simulator_, "/_simulator/scripts", R"({"delete": "blog"})"));
  Json(Post(simulator_, "/_simulator/scripts", R"({"create": "blog", "connected": false})"));
  const SimulatedAccount& account = simulator_.accounts().front();
  EXPECT_NE(account.FindScriptByName("store"), nullptr);
  EXPECT_EQ(account.FindScriptByName("shop"), nullptr);
  EXPECT_FALSE(account.FindScriptByName("blog")->habits.connected);
}

TEST_F(ControlTest, TellsTheTruthSinceABaseline) {
  (void)simulator_.accounts().front().Submit(ShopBuild());
  const auto all = Json(Get(simulator_, "/_simulator/truth", kStart + seconds(60), ""));
  EXPECT_STREQ(all["now"].GetString(), "2026-08-13T12:01:00.000Z");
  EXPECT_STREQ(all["baseline"].GetString(), "2026-08-13T12:00:00.000Z");
  const auto submitted = [](const rapidjson::Document& truth) {
    for (const auto& series : truth["series"].GetArray()) {
      const bool is_it = std::string(series["name"].GetString()) == "cloudflare_workers_builds_submitted_total" &&
                         std::string(series["labels"]["branch_class"].GetString()) == "production";
      if (is_it) return series["value"].GetDouble();
    }
    return -1.0;
  };
  EXPECT_EQ(submitted(all), 1);
  EXPECT_EQ(submitted(Read("/_simulator/truth?baseline=2026-08-13T12:00:00.001Z&account=production")), 0);
}

TEST_F(ControlTest, QueuesFaultsAndTellsWhetherTheyWereUsed) {
  Json(Post(simulator_, "/_simulator/faults",
            R"([{"operation": "discovery", "fault": "forbidden"}, {"fault": "slow", "count": 2, "delay": 0.5}])"));
  EXPECT_EQ(Get(simulator_, kAccountPath + "/workers/scripts").status, 403);
  auto faults = Read("/_simulator/faults");
  EXPECT_FALSE(faults["all_used"].GetBool());
  EXPECT_STREQ(faults["faults"][0]["operation"].GetString(), "discovery");
  EXPECT_EQ(faults["faults"][0]["used"].GetInt(), 1);
  EXPECT_STREQ(faults["faults"][1]["operation"].GetString(), "any");
  EXPECT_EQ(faults["faults"][1]["queued"].GetInt(), 2);
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(Get(simulator_, kAccountPath + "/workers/scripts").delay, std::chrono::milliseconds(500));
  faults = Read("/_simulator/faults");
  EXPECT_TRUE(faults["all_used"].GetBool());
}

TEST_F(ControlTest, StopsTheClockAndMovesIt) {
  const auto clock = Json(Post(simulator_, "/_simulator/clock", R"({"speed": 0, "advance": 90})"));
  EXPECT_STREQ(clock["now"].GetString(), "2026-08-13T12:01:30.000Z");
  EXPECT_EQ(clock["speed"].GetDouble(), 0);
  const auto later = Json(Get(simulator_, "/_simulator/clock", kStart + seconds(1'000), ""));
  EXPECT_STREQ(later["now"].GetString(), "2026-08-13T12:01:30.000Z");
}

TEST_F(ControlTest, CountsRequestsOfTheApiOnly) {
  Get(simulator_, kAccountPath + "/workers/scripts");
  Get(simulator_, kAccountPath + "/workers/scripts");
  Get(simulator_, kAccountPath + "/workers/scripts", kStart, "");
  Read("/_simulator/clock");
  const auto counts = Read("/_simulator/requests");
  ASSERT_EQ(counts["requests"].Size(), 2U);
  EXPECT_STREQ(counts["requests"][0]["operation"].GetString(), "discovery");
  EXPECT_EQ(counts["requests"][0]["status"].GetInt(), 200);
  EXPECT_EQ(counts["requests"][0]["count"].GetInt(), 2);
  EXPECT_EQ(counts["requests"][1]["status"].GetInt(), 401);
  ASSERT_EQ(counts["tokens"].Size(), 2U);
  EXPECT_STREQ(counts["tokens"][1]["token"].GetString(), "simulated-token");
  EXPECT_EQ(counts["tokens"][1]["most_in_a_window"].GetInt(), 2);
}

struct Bad {
  std::string target;
  std::string body;
  std::string message;
};

TEST_F(ControlTest, SaysWhatIsWrongWithAnOrderAndChangesNothing) {
  const std::vector<Bad> table = {
      {"builds", "{", "body:"},
      {"builds", R"({"script": "shop", "colour": "red"})", "colour: unknown key"},
      {"builds", R"({"script": "nowhere"})", "there is no script 'nowhere'"},
      {"builds", R"({"script": "shop", "outcome": "great"})", "outcome: 'great' is not one of success"},
      {"builds", R"({"script": "shop", "account": "x"})", "there is no account 'x'"},
      {"builds", R"({"script": "shop", "count": 100001})", "count: at most 100000"},
      {"builds", R"({"cancel": "x"})", "there is no build 'x'"},
      {"builds", "[]", "expected keys with values"},
      {"scripts", R"({})", "one of rename, delete and create"},
      {"scripts", R"({"rename": "shop", "to": "blog"})", "names are unique"},
      {"clock", R"({"speed": -1})", "speed: '-1' is not a number of 0 or more"},
      {"faults", R"([{"fault": "reset"}, {"fault": "flood"}])", "fault: 'flood' is not one of"},
  };
  for (const Bad& row : table) {
    const auto answer = Json(Post(simulator_, "/_simulator/" + row.target, row.body), 400);
    EXPECT_THAT(answer["error"].GetString(), HasSubstr(row.message)) << row.body;
  }
  EXPECT_TRUE(simulator_.accounts().front().builds().empty());
  EXPECT_TRUE(simulator_.faults().entries().empty());
  Json(Get(simulator_, "/_simulator/truth?baseline=now"), 400);
  Json(Get(simulator_, "/_simulator/nothing"), 404);
}

}  // namespace
}  // namespace simulator
