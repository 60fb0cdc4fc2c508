// Faults as a client meets them, through Simulator::Handle.
#include <gmock/gmock.h>

#include <set>

#include "tests/simulator/test_support.h"

namespace simulator {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class FaultsTest : public ::testing::Test {
 protected:
  FaultsTest() {
    for (int i = 0; i < 6; ++i) {
      simulator_.AdvanceTo(kStart + seconds(i));
      (void)simulator_.accounts().front().Submit(ShopBuild());
    }
  }

  Instant now() { return simulator_.now(); }
  void Queue(FaultKind kind, std::optional<Operation> operation = Operation::kList, std::size_t count = 1) {
    FaultOrder order;
    order.kind = kind;
    order.operation = operation;
    order.count = count;
    simulator_.faults().Queue(order);
  }
  Reply List(const std::string& query = "") {
    return Get(simulator_, kAccountPath + "/builds/workers/" + TagOf(simulator_, "shop") + "/builds" + query, now());
  }
  std::vector<std::string> Uuids(const Reply& reply) {
    const rapidjson::Document document = Parse(reply.body);
    std::vector<std::string> uuids;
    for (const auto& build : document["result"].GetArray()) uuids.emplace_back(build["build_uuid"].GetString());
    return uuids;
  }

  Simulator simulator_{QuietScenario(), kStart};
};

TEST_F(FaultsTest, AreUsedByTheirOperationOnlyAndThenOver) {
  Queue(FaultKind::kNotFound, Operation::kList, 2);
  EXPECT_EQ(Get(simulator_, kAccountPath + "/workers/scripts", now()).status, 200);
  EXPECT_EQ(List().status, 404);
  EXPECT_FALSE(simulator_.faults().all_used());
  EXPECT_EQ(List().status, 404);
  EXPECT_TRUE(simulator_.faults().all_used());
  EXPECT_EQ(List().status, 200);
}

TEST_F(FaultsTest, ComeInTheOrderInWhichTheyWereQueuedAndForAnyOperation) {
  Queue(FaultKind::kUnauthorized, std::nullopt);
  Queue(FaultKind::kForbidden);
  EXPECT_EQ(ErrorCode(List()), 12006);
  EXPECT_EQ(ErrorCode(List()), 10000);
  EXPECT_EQ(List().status, 200);
}

TEST_F(FaultsTest, RefuseWithAndWithoutRetryAfter) {
  Queue(FaultKind::kRateLimited);
  const Reply without = List();
  EXPECT_EQ(without.status, 429);
  EXPECT_EQ(ErrorCode(without), 971);
  EXPECT_FALSE(without.headers.contains("retry-after"));
  FaultOrder order;
  order.kind = FaultKind::kRateLimited;
  order.retry_after = seconds(7);
  simulator_.faults().Queue(order);
  const Reply with = List();
  EXPECT_EQ(ErrorCode(with), 10429);
  EXPECT_EQ(with.headers.at("retry-after"), "7");
}

TEST_F(FaultsTest, BreakTheWayOfAnAnswer) {
  Queue(FaultKind::kReset);
  Queue(FaultKind::kTruncated);
  Queue(FaultKind::kSlow);
  EXPECT_TRUE(List().reset);
  const Reply truncated = List();
  EXPECT_EQ(truncated.cut_at, truncated.body.size() / 2);
  EXPECT_EQ(List().delay, milliseconds(1'000));
  const Reply whole = List();
  EXPECT_FALSE(whole.reset);
  EXPECT_EQ(whole.cut_at, std::nullopt);
  EXPECT_EQ(whole.delay, milliseconds(0));
}

TEST_F(FaultsTest, BreakTheBody) {
  Queue(FaultKind::kInternalError);
  const Reply html = List();
  EXPECT_EQ(html.status, 500);
  EXPECT_THAT(html.headers.at("content-type"), StartsWith("text/html"));
  EXPECT_THAT(html.body, StartsWith("<!DOCTYPE html>"));
  Queue(FaultKind::kMalformedJson);
  EXPECT_TRUE(Parse(List().body).HasParseError());
  Queue(FaultKind::kDeepNesting);
  EXPECT_EQ(List().body, std::string(200'000, '['));
  Queue(FaultKind::kInvalidUtf8);
  EXPECT_THAT(List().body, HasSubstr("\"branch\":\"caf\xE9/\xFF\xFE\""));
}

TEST_F(FaultsTest, TakeTheResultAway) {
  Queue(FaultKind::kEmptyResult);
  EXPECT_TRUE(Uuids(List()).empty());
  Queue(FaultKind::kNullResult);
  EXPECT_TRUE(Parse(List().body)["result"].IsNull());
  Queue(FaultKind::kEmptyResult, Operation::kLatest);
  const std::string latest = kAccountPath + "/builds/builds/latest?external_script_ids=" + TagOf(simulator_, "shop");
  EXPECT_EQ(Parse(Get(simulator_, latest, now()).body)["result"]["builds"].MemberCount(), 0U);
}

TEST_F(FaultsTest, WriteOtherTypesAndWords) {
  Queue(FaultKind::kWrongTypes);
  const rapidjson::Document types = Parse(List().body);
  EXPECT_TRUE(types["result"][0]["status"].IsInt());
  EXPECT_TRUE(types["result"][0]["trigger"].IsString());
  simulator_.AdvanceTo(kStart + minutes(3));
  Queue(FaultKind::kUnknownWords);
  const rapidjson::Document words = Parse(List().body);
  EXPECT_STREQ(words["result"][0]["status"].GetString(), "hibernating");
  EXPECT_STREQ(words["result"][0]["build_outcome"].GetString(), "evaporated");
  EXPECT_STREQ(words["result"][0]["build_trigger_metadata"]["build_trigger_source"].GetString(), "telepathy");
}

TEST_F(FaultsTest, TurnTheOrderRound) {
  auto uuids = Uuids(List());
  Queue(FaultKind::kReversed);
  std::reverse(uuids.begin(), uuids.end());
  EXPECT_EQ(Uuids(List()), uuids);
}

TEST_F(FaultsTest, LetPagesDriftSoThatARowComesTwice) {
  FaultOrder order;
  order.operation = Operation::kList;
  order.kind = FaultKind::kPageDrift;
  order.rows = 2;
  simulator_.faults().Queue(order);
  const auto first = Uuids(List("?per_page=3"));
  const auto second = Uuids(List("?per_page=3&page=2"));
  EXPECT_EQ(second[0], first[1]);
  EXPECT_EQ(second[1], first[2]);
  EXPECT_EQ(simulator_.accounts().front().builds().size(), 8U) << "the rows that push are real builds";
}

TEST_F(FaultsTest, HoldANewRowBackUntilItsTime) {
  FaultOrder order;
  order.kind = FaultKind::kLateRows;
  order.delay = minutes(2);
  List();  // all rows so far have been shown
  simulator_.faults().Queue(order);
  EXPECT_EQ(Uuids(List()).size(), 6U);
  EXPECT_FALSE(simulator_.faults().all_used()) << "there was no new row to hold back";
  simulator_.AdvanceTo(now() + seconds(1));
  const std::string uuid = simulator_.accounts().front().Submit(ShopBuild()).value();
  EXPECT_EQ(Uuids(List()).size(), 6U);
  EXPECT_TRUE(simulator_.faults().all_used());
  EXPECT_EQ(Get(simulator_, kAccountPath + "/builds/builds/" + uuid, now()).status, 404);
  simulator_.AdvanceTo(now() + minutes(2));
  const auto uuids = Uuids(List());
  ASSERT_EQ(uuids.size(), 7U);
  EXPECT_EQ(uuids[0], uuid);
}

TEST_F(FaultsTest, HaveWordsThatReadBack) {
  for (int kind = 0; kind <= static_cast<int>(FaultKind::kLateRows); ++kind) {
    const auto fault = static_cast<FaultKind>(kind);
    EXPECT_EQ(FaultKindFromWord(Word(fault)), fault) << Word(fault);
  }
}

}  // namespace
}  // namespace simulator
