#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

#include "tests/e2e/truth.h"
#include "tests/support/wait_until.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using support::Samples;
using support::Sum;
using support::TemporaryFolder;
using support::WaitUntil;
using ::testing::Ge;
using ::testing::HasSubstr;

constexpr auto kDeadline = 20s;
const std::string kSelf = "workers_builds_exporter_";

/// A fault of the simulator and the reason that the exporter counts for it; empty: the answer is usable, or nearly.
struct BadAnswer {
  std::string fault;
  std::string reason;
  std::string more{};
};

// What brings no usable answer, and then what does, though it is not as documented. The drift makes new builds; it
// comes last, because a build whose first sight is wrong is remembered wrong.
const std::vector<BadAnswer> kBadAnswers = {
    {"rate_limited", "rate_limited", ",\"retry_after\":1"},
    {"internal_error", "http_5xx"},
    {"reset", "connect"},
    {"truncated", "connect"},
    {"slow", "timeout", ",\"delay\":6"},
    {"malformed_json", "decode"},
    {"deep_nesting", "decode"},
    {"null_result", "schema"},
    {"not_found", ""},
    {"wrong_types", ""},
    {"unknown_words", ""},
    {"invalid_utf8", ""},
    {"empty_result", ""},
    {"reversed", ""},
    {"page_drift", "", ",\"rows\":3"},
};

std::string Orders(const std::string& operation) {
  std::string json = "[";
  for (const BadAnswer& bad : kBadAnswers) {
    json += (json.size() > 1 ? "," : "");
    json += "{\"operation\":\"" + operation + "\",\"fault\":\"" + bad.fault + "\"" + bad.more + "}";
  }
  return json + "]";
}

std::string ApiKeys(const std::string& timeout = "2s") {
  return "  timeout: " + timeout + "\n  max_retries: 1\n";
}

/// Calls of the collector that went wrong for the reason: those that were tried again and those that were given up.
double Failures(const Samples& page, const std::string& collector, const std::string& reason) {
  return Sum(page, kSelf + "api_retries_total", {{"endpoint", collector}, {"reason", reason}}) +
         Sum(page, kSelf + "collector_errors_total", {{"collector", collector}, {"reason", reason}});
}

/// What the exporter says went wrong, for the message of a failed test.
std::string Counted(const Samples& page) {
  std::string text;
  for (const auto& [series, value] : page) {
    const bool counts_failures = series.name == kSelf + "api_retries_total" ||
                                 series.name == kSelf + "collector_errors_total" ||
                                 series.name == kSelf + "api_requests_total";
    if (counts_failures && value > 0) text += support::ToText(series) + " " + std::to_string(value) + "\n";
  }
  return text;
}

class BadAnswers : public ::testing::TestWithParam<const char*> {
 protected:
  const TemporaryFolder folder_;
  const Simulator simulator_{folder_, ScenarioText()};
  Exporter exporter_{folder_.Write("exporter.yaml", ConfigText(simulator_.base_url(), ApiKeys()))};
};

TEST_P(BadAnswers, AreCountedByReasonAndLeaveTheTruth) {
  const std::string operation = GetParam();
  ASSERT_EQ(DifferenceAfter(simulator_, exporter_, kDeadline), "") << "before the faults";
  simulator_.Post("faults", Orders(operation));
  ASSERT_TRUE(WaitUntil([&] { return simulator_.AllFaultsUsed(); }, 25s))
      << "the exporter stopped asking: " << simulator_.Get("faults") << exporter_.Log();

  simulator_.Post("builds", R"({"script":"worker-1","outcome":"fail","branch_class":"production","count":3})");
  simulator_.Post("builds", R"({"script":"worker-2","outcome":"success","branch_class":"preview"})");
  simulator_.Advance(10min);
  EXPECT_EQ(DifferenceAfter(simulator_, exporter_, kDeadline), "") << "after the faults";

  std::map<std::string, int> expected;
  for (const BadAnswer& bad : kBadAnswers) {
    if (!bad.reason.empty()) ++expected[bad.reason];
  }
  // Calls run side by side: the slow one may end last.
  Samples page;
  for (const auto& [reason, count] : expected) {
    EXPECT_TRUE(WaitUntil(
        [&] {
          page = ReadPage(exporter_).samples;
          return Failures(page, operation, reason) >= count;
        },
        kDeadline))
        << operation << " should fail " << count << " times for the reason " << reason << "\n"
        << Counted(page);
  }
  for (const char* code : {"429", "500", "404", "none"}) {
    EXPECT_THAT(Sum(page, kSelf + "api_requests_total", {{"endpoint", operation}, {"code", code}}), Ge(1)) << code;
  }
  EXPECT_EQ(page.at({"cloudflare_workers_builds_up", {{"account", kAccountName}}}), 1);
  EXPECT_TRUE(WaitUntil(
      [&] {
        const auto arrived = static_cast<double>(simulator_.Requests());
        page = ReadPage(exporter_).samples;
        return Sum(page, kSelf + "api_requests_total") == arrived;
      },
      kDeadline))
      << "requests reach the API that are not counted, or the other way round: " << simulator_.Get("requests") << "\n"
      << Counted(page);
}

INSTANTIATE_TEST_SUITE_P(Operations, BadAnswers, ::testing::Values("discovery", "latest", "list", "limits"),
                         [](const auto& instance) { return std::string(instance.param); });

class OddAnswers : public BadAnswers {};

TEST_F(OddAnswers, AreCountedWhereAWordOrAByteIsNotAsDocumented) {
  ASSERT_EQ(DifferenceAfter(simulator_, exporter_, kDeadline), "");
  simulator_.Post("faults", R"([{"operation":"latest","fault":"unknown_words"},
                                {"operation":"latest","fault":"invalid_utf8"}])");
  const auto counted = [&](const std::string& name, const std::map<std::string, std::string>& labels) {
    return WaitUntil([&] { return Sum(ReadPage(exporter_).samples, kSelf + name, labels) >= 1; }, kDeadline);
  };
  EXPECT_TRUE(counted("unknown_values_total", {{"field", "status"}}));
  EXPECT_TRUE(counted("anomalies_total", {{"kind", "invalid_utf8"}}));
  EXPECT_THAT(exporter_.Log(), HasSubstr("word=hibernating"));
  EXPECT_EQ(DifferenceAfter(simulator_, exporter_, kDeadline), "");
}

TEST_F(OddAnswers, LoseNoBuildThatIsShownLate) {
  ASSERT_EQ(DifferenceAfter(simulator_, exporter_, kDeadline), "");
  simulator_.Post("faults", R"([{"operation":"latest","fault":"late_rows","count":3,"delay":120},
                                {"operation":"list","fault":"reversed","count":5},
                                {"operation":"list","fault":"page_drift","count":3,"rows":2}])");
  simulator_.Speed(60);
  EXPECT_TRUE(WaitUntil([&] { return simulator_.AllFaultsUsed(); }, kDeadline)) << simulator_.Get("faults");
  simulator_.Speed(0);
  simulator_.Advance(10min);
  EXPECT_EQ(DifferenceAfter(simulator_, exporter_, kDeadline), "");
}

TEST_F(OddAnswers, StopAllRequestsAfterA429WithoutRetryAfter) {
  ASSERT_EQ(DifferenceAfter(simulator_, exporter_, kDeadline), "");
  simulator_.Post("faults", R"({"operation":"latest","fault":"rate_limited"})");
  ASSERT_TRUE(
      WaitUntil([&] { return Failures(ReadPage(exporter_).samples, "latest", "rate_limited") >= 1; }, kDeadline));
  const std::size_t requests = simulator_.Requests();
  // All that is due waits: it gets later and later, and nothing is sent.
  ASSERT_TRUE(
      WaitUntil([&] { return Sum(ReadPage(exporter_).samples, kSelf + "scheduler_lag_seconds") >= 4; }, kDeadline));
  // Calls that were under way with the refused one had been sent before.
  constexpr std::size_t kConcurrency = 4;
  EXPECT_LE(simulator_.Requests(), requests + kConcurrency);
  EXPECT_EQ(DifferenceToTruth(simulator_, exporter_), "") << "the page keeps what is known";
}

TEST_F(OddAnswers, KeepTheValuesWhileTheTokenIsRefused) {
  ASSERT_EQ(DifferenceAfter(simulator_, exporter_, kDeadline), "");
  simulator_.Post("faults", R"([{"operation":"latest","fault":"unauthorized"},
                                {"operation":"limits","fault":"forbidden"}])");
  const auto refused = [&](const std::string& collector, const std::string& reason) {
    return WaitUntil([&] { return Failures(ReadPage(exporter_).samples, collector, reason) >= 1; }, kDeadline);
  };
  EXPECT_TRUE(refused("latest", "auth"));
  EXPECT_EQ(DifferenceToTruth(simulator_, exporter_), "");
  EXPECT_EQ(Sum(ReadPage(exporter_).samples, kSelf + "collector_up", {{"collector", "latest"}}), 0);
}

}  // namespace
}  // namespace e2e
