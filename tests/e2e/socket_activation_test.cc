#include <gmock/gmock.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "tests/e2e/programs.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using support::ChildProcess;
using support::Output;
using support::TemporaryFolder;
using ::testing::HasSubstr;

constexpr auto kDeadline = 15s;

/// An address of loopback that nothing holds at this moment.
std::string FreeAddress() {
  const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof name;
  bind(descriptor, reinterpret_cast<const sockaddr*>(&name), size);
  getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &size);
  close(descriptor);
  return "127.0.0.1:" + std::to_string(ntohs(name.sin_port));
}

/// systemd's own program, which listens and becomes the exporter at the first connection.
class ActivatedExporter {
 public:
  ActivatedExporter(const TemporaryFolder& folder, const Simulator& simulator) {
    const std::string config = folder.Write("exporter.yaml", ConfigText(simulator.base_url()));
    // It cannot pick a port and say which, so that another program may be quicker.
    for (int attempt = 0; attempt < 5; ++attempt) {
      address_ = FreeAddress();
      process_ = std::make_unique<ChildProcess>(
          support::Command{.program = "systemd-socket-activate",
                           .arguments = {"--listen=" + address_, BINARY_DIR "/workers_builds_exporter",
                                         "--config.file=" + config, "--web.systemd-socket"}});
      if (process_->WaitForLine(Output::kStderr, "Listening on " + address_, kDeadline)) return;
    }
    throw std::runtime_error("systemd-socket-activate did not start: " + process_->Text(Output::kStderr));
  }

  const std::string& address() const { return address_; }
  ChildProcess& process() { return *process_; }
  std::string Log() const { return process_->Text(Output::kStderr); }

 private:
  std::string address_;
  std::unique_ptr<ChildProcess> process_;
};

class SocketActivation : public ::testing::Test {
 protected:
  const TemporaryFolder folder_;
  const Simulator simulator_{folder_, ScenarioText()};
};

TEST_F(SocketActivation, AnswersTheConnectionThatStartedIt) {
  ActivatedExporter exporter(folder_, simulator_);
  EXPECT_THAT(exporter.Log(), ::testing::Not(HasSubstr("msg=listening"))) << "it started before anybody asked";
  const support::HttpReply reply = support::Get(exporter.address(), "/metrics");
  EXPECT_EQ(reply.status, 200) << reply.error << exporter.Log();
  EXPECT_THAT(reply.body, HasSubstr("workers_builds_exporter_build_info{"));
  // An answer can be here before the line is.
  const std::string line = "msg=listening address=" + exporter.address() + " path=/metrics";
  EXPECT_TRUE(exporter.process().WaitForLine(Output::kStderr, line, kDeadline)) << exporter.Log();
  EXPECT_THAT(exporter.Log(), ::testing::Not(HasSubstr(":19877"))) << "it listens where it was not told to";
}

TEST_F(SocketActivation, EndsWithZeroOnSigterm) {
  ActivatedExporter exporter(folder_, simulator_);
  EXPECT_EQ(support::Get(exporter.address(), "/-/healthy").status, 200) << exporter.Log();
  exporter.process().Signal(SIGTERM);
  EXPECT_EQ(exporter.process().WaitForExit(kDeadline), 0) << exporter.Log();
}

TEST_F(SocketActivation, IsAnErrorWithoutASocketUnit) {
  const std::string config = folder_.Write("exporter.yaml", ConfigText(simulator_.base_url()));
  const support::Finished finished = support::Run(ExporterCommand({"--config.file=" + config, "--web.systemd-socket"}));
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.stderr_text, HasSubstr("workers_builds_exporter: no socket was handed over: "));
  EXPECT_THAT(finished.stderr_text, HasSubstr("start it through its socket unit, or without --web.systemd-socket"));
}

}  // namespace
}  // namespace e2e
