#include "exporter/poll/call_runner.h"

#include <gmock/gmock.h>

#include "tests/support/fake_builds_api.h"

namespace exporter::poll {
namespace {

using ::testing::ElementsAre;
using namespace std::chrono_literals;

class CallRunnerTest : public ::testing::Test {
 protected:
  CallRunnerTest() {
    api_.account.AddScripts(2);
    api_.account.builds["tag1"] = {{.number = 7}};
  }

  CallResult RunOne(const Call& call) { return RunCall(api_, "acc", call, 10s, {}); }

  support::FakeBuildsApi api_;
};

TEST_F(CallRunnerTest, EveryCollectorAsksItsOperation) {
  Call call;
  call.tags = {"tag1"};
  call.page = 3;
  call.per_page = 200;
  call.uuid = support::UuidOf(7);
  for (const Collector collector : kCollectors) {
    call.collector = collector;
    EXPECT_TRUE(RunOne(call).payload.has_value()) << ToWord(collector);
  }
  call.account_token = true;
  EXPECT_TRUE(RunOne(call).payload.has_value());
  EXPECT_THAT(api_.calls(),
              ElementsAre("ListScripts acc", "GetLatestBuilds acc tag1", "ListBuilds acc tag1 3/200",
                          "GetBuild acc tag1", "GetAccountLimits acc", "VerifyUserToken ", "VerifyAccountToken acc"));
}

TEST_F(CallRunnerTest, ThePayloadIsThatOfTheCollector) {
  Call call;
  call.collector = Collector::kLatest;
  call.tags = {"tag0", "tag1"};
  const CallResult result = RunOne(call);
  ASSERT_TRUE(result.payload.has_value());
  const auto& latest = std::get<workers_builds::LatestBuilds>(*result.payload);
  EXPECT_EQ(latest.size(), 1u);
  EXPECT_EQ(latest.at("tag1").uuid, support::UuidOf(7));
  EXPECT_TRUE(result.meta.date.has_value());
}

TEST_F(CallRunnerTest, AnErrorComesBackWithWhatTheAnswerSaid) {
  Call call;
  call.collector = Collector::kBuild;
  call.uuid = support::UuidOf(1);
  const CallResult result = RunOne(call);
  ASSERT_FALSE(result.payload.has_value());
  EXPECT_EQ(result.payload.error().reason, workers_builds::ErrorReason::kNotFound);
  EXPECT_EQ(result.meta.status, 404);
}

}  // namespace
}  // namespace exporter::poll
