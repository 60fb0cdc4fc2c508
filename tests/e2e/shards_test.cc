#include <gmock/gmock.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/truth.h"
#include "tests/support/wait_until.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using support::Samples;
using support::SeriesId;
using support::TemporaryFolder;
using support::WaitUntil;
using ::testing::HasSubstr;

constexpr auto kDeadline = 40s;
const std::string kPrefix = "cloudflare_workers_builds_";
/// Before every simulated build.
constexpr const char* kBaseline = "2026-01-01T00:00:00Z";

bool IsLeast(const std::string& name) {
  return name == kPrefix + "up" || name == kPrefix + "baseline_timestamp_seconds" ||
         name == kPrefix + "oldest_active_timestamp_seconds";
}

/// What the rules make of the shards.
Samples Together(const std::vector<Samples>& pages) {
  Samples together;
  for (const Samples& page : pages) {
    for (const auto& [series, value] : support::WithPrefix(page, kPrefix)) {
      SeriesId whole = series;
      whole.labels.erase("shard");
      const auto [known, fresh] = together.emplace(whole, value);
      if (fresh) continue;
      known->second = IsLeast(series.name) ? std::min(known->second, value) : known->second + value;
      // Sums of milliseconds, added in another order.
      known->second = std::round(known->second * 1e6) / 1e6;
    }
  }
  return together;
}

/// Shards that are started anew with another total, and the target list from which Prometheus has them.
class Fleet {
 public:
  Fleet(const TemporaryFolder& folder, const Simulator& simulator) : folder_(folder) {
    for (int i = 0; i < 4; ++i) {
      const std::string state =
          "state: {path: " + folder_.Path("shard-" + std::to_string(i) + ".db") + ", baseline: " + kBaseline + "}\n";
      configs_.push_back(
          folder_.Write("shard-" + std::to_string(i) + ".yaml", ConfigText(simulator.base_url()) + state));
    }
  }

  std::string TargetFile() const { return folder_.Path("shards.json"); }

  void Start(int total) {
    shards_.clear();
    std::string targets = "[";
    for (int i = 0; i < total; ++i) {
      support::Command command =
          ExporterCommand({"--config.file=" + configs_[static_cast<std::size_t>(i)], "--web.listen-address=127.0.0.1:0",
                           "--shard.total=" + std::to_string(total)});
      command.environment["POD_NAME"] = "exporter-" + std::to_string(i);
      shards_.push_back(std::make_unique<Exporter>(command));
      targets += std::string(i == 0 ? "" : ",") + R"({"targets":[")" + shards_.back()->address() +
                 R"("],"labels":{"instance":"exporter-)" + std::to_string(i) + R"("}})";
    }
    // Whole or not at all: Prometheus reads it whenever it changes.
    const std::string written = folder_.Write("shards.new", targets + "]");
    std::filesystem::rename(written, TargetFile());
  }

  void Stop() {
    for (const auto& shard : shards_) shard->process().Signal(SIGTERM);
    for (const auto& shard : shards_) EXPECT_EQ(shard->process().WaitForExit(10s), 0) << shard->Log();
  }

  std::vector<Samples> Pages() const {
    std::vector<Samples> pages;
    for (const auto& shard : shards_) pages.push_back(ReadPage(*shard).samples);
    return pages;
  }

  /// How the shards together differ from one exporter; empty when they are the same, series by series.
  std::string DifferenceFrom(const Exporter& alone) const {
    return support::Differences(Together({ReadPage(alone).samples}), Together(Pages()));
  }
  std::string DifferenceAfter(const Exporter& alone, std::chrono::milliseconds timeout) const {
    WaitUntil([&] { return DifferenceFrom(alone).empty(); }, timeout);
    return DifferenceFrom(alone);
  }

  /// The shard of each script.
  std::map<std::string, std::size_t> Owners() const {
    std::map<std::string, std::size_t> owners;
    const auto pages = Pages();
    for (std::size_t i = 0; i < pages.size(); ++i) {
      for (const auto& [series, value] : pages[i]) {
        if (series.name == kPrefix + "script_info") owners[series.labels.at("script_name")] = i;
      }
    }
    return owners;
  }

 private:
  const TemporaryFolder& folder_;
  std::vector<std::string> configs_;
  std::vector<std::unique_ptr<Exporter>> shards_;
};

/// Waits until it has three scrapes of each of so many shards.
bool HasScraped(const Prometheus& prometheus, int total) {
  const std::string number = std::to_string(total);
  const std::string query = "count(workers_builds_exporter_shards == " + number +
                            " and count_over_time(workers_builds_exporter_shards[1h]) >= 3) == " + number;
  return WaitUntil([&] { return !SamplesOf(prometheus.Query(query)).empty(); }, kDeadline);
}

TEST(Shards, SayTogetherWhatOneSaysAndMoveScriptsWithoutAnIncrease) {
  const TemporaryFolder folder;
  const Simulator simulator(folder, ScenarioText());
  const Exporter alone(
      folder.Write("alone.yaml", ConfigText(simulator.base_url()) + "state: {baseline: " + kBaseline + "}\n"));
  Fleet fleet(folder, simulator);
  fleet.Start(3);
  const Prometheus prometheus(folder, {{"alone", alone.address()}},
                              "  - {job_name: shards, file_sd_configs: [{files: ['" + fleet.TargetFile() + "']}]}\n");
  ASSERT_EQ(fleet.DifferenceAfter(alone, kDeadline), "") << "three shards";
  ASSERT_EQ(DifferenceAfter(simulator, alone, kDeadline), "");
  ASSERT_TRUE(HasScraped(prometheus, 3)) << "Prometheus does not have all three";
  const auto before = fleet.Owners();

  // Nothing is built: whatever increases is wrong.
  fleet.Stop();
  fleet.Start(4);
  ASSERT_EQ(fleet.DifferenceAfter(alone, kDeadline), "") << "four shards";
  ASSERT_TRUE(HasScraped(prometheus, 4)) << "Prometheus does not have all four";
  int series = 0;
  for (const auto& [counter, one] : SamplesOf(prometheus.Query("group by (__name__) ({__name__=~'" + kPrefix +
                                                               ".+(_total|_bucket|_sum|_count)',job='shards'})"))) {
    for (const auto& [labels, increase] :
         SamplesOf(prometheus.Query("sum without (instance) (increase(" + counter.name + "{job='shards'}[10m]))"))) {
      EXPECT_EQ(increase, 0) << counter.name << support::ToText(labels);
      ++series;
    }
  }
  EXPECT_GT(series, 1000) << "there are increases to be looked at";

  const auto after = fleet.Owners();
  ASSERT_EQ(after.size(), before.size());
  std::size_t moved = 0;
  for (const auto& [script, owner] : before) {
    EXPECT_THAT(after.at(script), ::testing::AnyOf(owner, 3U)) << script << " need not have moved";
    moved += after.at(script) != owner;
  }
  EXPECT_GT(moved, 0U);
}

TEST(Shards, WithoutABaselineAreRefused) {
  const TemporaryFolder folder;
  const std::string config = folder.Write("exporter.yaml", ConfigText("http://127.0.0.1:1"));
  const support::Finished finished = support::Run(
      ExporterCommand({"--config.file=" + config, "--config.check", "--shard.total=3", "--shard.index=1"}));
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.stderr_text, HasSubstr("state.baseline: needed with --shard.total=3"));
}

}  // namespace
}  // namespace e2e
