#include <gmock/gmock.h>

#include <csignal>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "tests/e2e/truth.h"
#include "tests/support/wait_until.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using support::Samples;
using support::TemporaryFolder;
using support::WaitUntil;

constexpr auto kDeadline = 60s;
constexpr int kKills = 12;

/// What goes wrong between two kills, in turn.
constexpr const char* kFaults[] = {
    R"([{"operation": "latest", "fault": "internal_error", "count": 3}])",
    R"([{"operation": "list", "fault": "reset", "count": 3}, {"operation": "latest", "fault": "truncated", "count": 2}])",
    R"([{"operation": "list", "fault": "reversed", "count": 5}])",
    R"([{"operation": "list", "fault": "page_drift", "count": 3, "rows": 3}])",
    R"([{"operation": "discovery", "fault": "empty_result", "count": 2}])",
    R"([{"operation": "latest", "fault": "malformed_json", "count": 2}, {"operation": "list", "fault": "null_result"}])",
    R"([{"operation": "any", "fault": "slow", "count": 4, "delay": 1}])",
    R"([{"operation": "any", "fault": "rate_limited", "count": 2, "retry_after": 1}])",
};

double Single(const Prometheus& prometheus, const std::string& promql) {
  const std::string answer = prometheus.Query(promql);
  const Samples samples = answer.empty() ? Samples{} : SamplesOf(answer);
  return samples.size() == 1 ? samples.begin()->second : -1;
}

/// A random moment: the exporter has asked the API so many times more.
void WaitForRequests(const Simulator& simulator, std::size_t more) {
  const std::size_t target = simulator.Requests() + more;
  EXPECT_TRUE(WaitUntil([&] { return simulator.Requests() >= target; }, kDeadline)) << "nothing is asked any more";
}

TEST(Chaos, KilledADozenTimesInAMisbehavingWorldItCountsEveryBuildOnce) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const TemporaryFolder folder;
  const Simulator simulator(folder, ScenarioText());
  const std::string config = folder.Write("exporter.yaml", ConfigText(simulator.base_url()));
  const std::string state = "--state.path=" + folder.Path("state.db");
  auto exporter = std::make_unique<Exporter>(config, std::vector{state});
  const std::string address = exporter->address();
  const Prometheus prometheus(folder, {{"exporter", address}});
  ASSERT_EQ(DifferenceAfter(simulator, *exporter, kDeadline), "") << "before anything happened";
  ASSERT_TRUE(WaitUntil([&] { return Single(prometheus, "up{job=\"exporter\"}") == 1; }, kDeadline));

  simulator.Speed(60);
  for (int kill = 0; kill < kKills; ++kill) {
    simulator.Post("faults", kFaults[static_cast<std::size_t>(kill) % std::size(kFaults)]);
    WaitForRequests(simulator, 1 + random() % 40);
    exporter->process().Signal(SIGKILL);
    ASSERT_EQ(exporter->process().WaitForExit(kDeadline), 128 + SIGKILL);
    exporter.reset();
    exporter = std::make_unique<Exporter>(config, std::vector{state}, address);
  }
  WaitForRequests(simulator, 40);
  simulator.Speed(0);
  ASSERT_EQ(DifferenceAfter(simulator, *exporter, kDeadline), "") << "after the last kill\n" << exporter->Log();

  const double counted = support::Sum(ReadPage(*exporter).samples, "cloudflare_workers_builds_completed_total");
  EXPECT_GT(counted, 20) << "the run was too short to say anything";
  const std::string completed = "cloudflare_workers_builds_completed_total";
  ASSERT_TRUE(WaitUntil([&] { return Single(prometheus, "sum(" + completed + ")") == counted; }, kDeadline))
      << "Prometheus has " << Single(prometheus, "sum(" + completed + ")") << " of " << counted;
  EXPECT_EQ(Single(prometheus, "sum(resets(" + completed + "[1h]))"), 0);
  EXPECT_EQ(Single(prometheus, "sum(resets(cloudflare_workers_builds_elapsed_duration_seconds_count[1h]))"), 0);
  // Counters began at 0 before the first build.
  const std::string first = "sum(min_over_time(" + completed + "[1h]))";
  EXPECT_EQ(counted - Single(prometheus, first), counted) << "last minus first is what the truth has";
}

}  // namespace
}  // namespace e2e
