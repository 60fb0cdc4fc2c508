#include <gmock/gmock.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <string>

#include "tests/e2e/truth.h"
#include "tests/support/wait_until.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using support::Samples;
using support::TemporaryFolder;
using support::WaitUntil;
using ::testing::HasSubstr;

constexpr auto kDeadline = 30s;

double Completed(const Exporter& exporter) {
  return support::Sum(ReadPage(exporter).samples, "cloudflare_workers_builds_completed_total");
}

double Own(const Exporter& exporter, const std::string& name) {
  return support::Sum(ReadPage(exporter).samples, "workers_builds_exporter_" + name);
}

class StateTest : public ::testing::Test {
 protected:
  std::vector<std::string> Flags() const { return {"--state.path=" + state_}; }
  /// Lets builds happen until the exporter has counted `more`, then stops the simulator's clock.
  void LiveUntilCounted(const Exporter& exporter, double more) {
    const double before = Completed(exporter);
    simulator_.Speed(60);
    EXPECT_TRUE(WaitUntil([&] { return Completed(exporter) >= before + more; }, kDeadline)) << exporter.Log();
    simulator_.Speed(0);
  }

  const TemporaryFolder folder_;
  const Simulator simulator_{folder_, ScenarioText()};
  const std::string config_ = folder_.Write("exporter.yaml", ConfigText(simulator_.base_url()));
  const std::string state_ = folder_.Path("state.db");
};

TEST_F(StateTest, CountersGoOnAfterAKillAndWhatHappenedMeanwhileIsCounted) {
  double before = 0;
  {
    Exporter exporter(config_, Flags());
    ASSERT_EQ(DifferenceAfter(simulator_, exporter, kDeadline), "");
    LiveUntilCounted(exporter, 10);
    before = Completed(exporter);
    exporter.process().Signal(SIGKILL);
    ASSERT_EQ(exporter.process().WaitForExit(kDeadline), 128 + SIGKILL);
  }
  simulator_.Advance(10min);
  const Exporter exporter(config_, Flags());
  EXPECT_GE(Completed(exporter), before) << "the first page already shows what was shown before";
  EXPECT_EQ(DifferenceAfter(simulator_, exporter, kDeadline), "");
  EXPECT_GT(Completed(exporter), before);
}

TEST_F(StateTest, ASecondExporterOnTheSameStateIsRefused) {
  const Exporter exporter(config_, Flags());
  const auto second = support::Run(
      ExporterCommand({"--config.file=" + config_, "--web.listen-address=127.0.0.1:0", "--state.path=" + state_}));
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.stderr_text, HasSubstr("state.path: '" + state_ + "' cannot be used"));
  EXPECT_THAT(second.stderr_text, HasSubstr("every exporter needs a file of its own"));
  EXPECT_EQ(DifferenceAfter(simulator_, exporter, kDeadline), "");
}

TEST_F(StateTest, ADamagedStateIsSetAsideAndCountingBeginsAnew) {
  std::ofstream(state_) << std::string(50'000, '?');
  const Exporter exporter(config_, Flags());
  EXPECT_EQ(DifferenceAfter(simulator_, exporter, kDeadline), "");
  EXPECT_EQ(Own(exporter, "state_recoveries_total"), 1);
  EXPECT_THAT(exporter.Log(), HasSubstr("the state was damaged and is set aside"));
  EXPECT_THAT(exporter.Log(), HasSubstr(state_ + ".damaged"));
}

TEST_F(StateTest, AChangedBaselineCountsAgainAndSaysSo) {
  {
    const Exporter exporter(config_, Flags());
    ASSERT_EQ(DifferenceAfter(simulator_, exporter, kDeadline), "");
    LiveUntilCounted(exporter, 5);
  }
  const std::string config =
      folder_.Write("earlier.yaml", ConfigText(simulator_.base_url()) + "state: {baseline: '2020-01-01T00:00:00Z'}\n");
  const Exporter exporter(config, Flags());
  EXPECT_THAT(exporter.Log(), HasSubstr("state.baseline has changed"));
  EXPECT_TRUE(WaitUntil([&] { return Completed(exporter) >= 100; }, kDeadline)) << "the history is counted\n"
                                                                                << exporter.Log();
}

TEST_F(StateTest, AFullDiskIsCountedAndLoggedAndStopsNothing) {
  // The file may not grow beyond 64 KiB: the same as a disk that is full, for this process alone.
  auto command = ExporterCommand({"--config.file=" + config_, "--web.listen-address=127.0.0.1:0", Flags().front()});
  command.arguments.insert(command.arguments.begin(), {"-c", "ulimit -f 128; exec \"$0\" \"$@\"", command.program});
  command.program = "bash";
  const Exporter exporter(command);
  simulator_.Speed(60);
  ASSERT_TRUE(WaitUntil([&] { return Own(exporter, "state_commit_errors_total") > 0; }, kDeadline)) << exporter.Log();
  simulator_.Speed(0);
  EXPECT_THAT(exporter.Log(), HasSubstr("the ledger could not be written"));
  EXPECT_EQ(DifferenceAfter(simulator_, exporter, kDeadline), "");
}

}  // namespace
}  // namespace e2e
