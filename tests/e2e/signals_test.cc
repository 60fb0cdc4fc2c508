#include <gmock/gmock.h>
#include <signal.h>

#include <string>

#include "tests/e2e/json.h"
#include "tests/e2e/programs.h"
#include "tests/support/wait_until.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using support::Output;
using support::TemporaryFolder;
using support::WaitUntil;
using ::testing::HasSubstr;

constexpr auto kStopDeadline = 5s;
constexpr auto kDeadline = 15s;

class Signals : public ::testing::Test {
 protected:
  /// An exporter whose first call of `operation` is answered after a minute, and which has sent it.
  Exporter HangingIn(const std::string& operation) {
    simulator_.Post("faults", "{\"operation\":\"" + operation + "\",\"fault\":\"slow\",\"delay\":60}");
    const std::string config = ConfigText(simulator_.base_url(), "  timeout: 2m\n");
    Exporter exporter(folder_.Write("exporter.yaml", config));
    EXPECT_TRUE(WaitUntil([&] { return simulator_.AllFaultsUsed(); }, kDeadline)) << operation << " was never called";
    return exporter;
  }

  Exporter Start() { return Exporter(folder_.Write("exporter.yaml", ConfigText(simulator_.base_url()))); }

  const TemporaryFolder folder_;
  const Simulator simulator_{folder_, ScenarioText()};
};

TEST_F(Signals, SigtermEndsItWithZero) {
  Exporter exporter = Start();
  exporter.process().Signal(SIGTERM);
  EXPECT_EQ(exporter.process().WaitForExit(kStopDeadline), 0) << exporter.Log();
  EXPECT_THAT(exporter.Log(), HasSubstr("msg=stopping signal=SIGTERM"));
  EXPECT_THAT(exporter.Log(), HasSubstr("msg=stopped"));
  EXPECT_NE(exporter.Get("/-/ready").error, "") << "the port is still served";
}

TEST_F(Signals, SigintEndsItWithZero) {
  Exporter exporter = Start();
  exporter.process().Signal(SIGINT);
  EXPECT_EQ(exporter.process().WaitForExit(kStopDeadline), 0) << exporter.Log();
}

TEST_F(Signals, SigtermDoesNotWaitForAHangingFirstCall) {
  Exporter exporter = HangingIn("discovery");
  EXPECT_EQ(exporter.Get("/-/ready").status, 200) << "being ready depends on Cloudflare";
  EXPECT_EQ(exporter.Get("/metrics").status, 200) << "a scrape waits for a call";
  exporter.process().Signal(SIGTERM);
  EXPECT_TRUE(WaitUntil(
      [&] {
        const support::HttpReply reply = exporter.Get("/-/ready");
        return reply.status == 503 || !reply.error.empty();
      },
      kStopDeadline))
      << "it is still ready";
  EXPECT_EQ(exporter.process().WaitForExit(kStopDeadline), 0) << exporter.Log();
}

TEST_F(Signals, SigtermDoesNotWaitForAHangingCallAboutBuilds) {
  Exporter exporter = HangingIn("latest");
  exporter.process().Signal(SIGTERM);
  EXPECT_EQ(exporter.process().WaitForExit(kStopDeadline), 0) << exporter.Log();
}

TEST_F(Signals, SigtermDoesNotWaitForANameThatIsBeingResolved) {
  const std::string config = ConfigText("http://silent.invalid:1/client/v4", "  timeout: 1s\n  max_retries: 0\n");
  support::Command command =
      ExporterCommand({"--config.file=" + folder_.Write("exporter.yaml", config), "--web.listen-address=127.0.0.1:0"});
  command.environment = {{"LD_PRELOAD", BINARY_DIR "/libsilent_resolver.so"}};
  Exporter exporter(command);
  ASSERT_TRUE(exporter.process().WaitForLine(Output::kStderr, "no whole answer within 1000 ms", kDeadline))
      << exporter.Log();
  EXPECT_EQ(exporter.Get("/metrics").status, 200);
  exporter.process().Signal(SIGTERM);
  EXPECT_EQ(exporter.process().WaitForExit(kStopDeadline), 0) << exporter.Log();
}

TEST_F(Signals, SighupIsIgnoredWithALineInTheLog) {
  Exporter exporter = Start();
  exporter.process().Signal(SIGHUP);
  EXPECT_TRUE(exporter.process().WaitForLine(Output::kStderr, "SIGHUP is ignored", kDeadline)) << exporter.Log();
  EXPECT_EQ(exporter.Get("/-/healthy").status, 200);
  exporter.process().Signal(SIGTERM);
  EXPECT_EQ(exporter.process().WaitForExit(kStopDeadline), 0);
}

TEST_F(Signals, TheDaemonOutlivesTheApi) {
  const TemporaryFolder other_folder;
  auto gone = std::make_unique<Simulator>(other_folder, ScenarioText());
  Exporter exporter(folder_.Write("exporter.yaml", ConfigText(gone->base_url(), "  max_retries: 0\n")));
  ASSERT_TRUE(exporter.process().WaitForLine(Output::kStderr, "listening", kDeadline));
  gone.reset();
  EXPECT_TRUE(exporter.process().WaitForLine(Output::kStderr, "the API gave no usable answer", kDeadline))
      << exporter.Log();
  EXPECT_EQ(exporter.Get("/metrics").status, 200);
  EXPECT_EQ(exporter.Get("/-/ready").status, 200);
  exporter.process().Signal(SIGTERM);
  EXPECT_EQ(exporter.process().WaitForExit(kStopDeadline), 0);
}

}  // namespace
}  // namespace e2e
