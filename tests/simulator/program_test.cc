// The program as a person starts it.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/simulator/raw_http.h"

namespace simulator {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

/// The running program; its stdout and stderr come through one pipe.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), BINARY_DIR "/workers_builds_simulator");
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    output_ = ends[0];
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::dup2(ends[1], STDERR_FILENO);
      std::vector<char*> argv;
      for (std::string& argument : arguments) argv.push_back(argument.data());
      argv.push_back(nullptr);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    ::close(ends[1]);
  }
  ~Program() {
    ::kill(pid_, SIGKILL);
    if (!ended_) ::waitpid(pid_, nullptr, 0);
    ::close(output_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  std::string ReadLine() {
    std::string line;
    char c = 0;
    while (::read(output_, &c, 1) == 1 && c != '\n') line += c;
    return line;
  }
  std::string ReadToEnd() {
    std::string text;
    char c = 0;
    while (::read(output_, &c, 1) == 1) text += c;
    return text;
  }
  void Signal(int number) { ::kill(pid_, number); }
  /// The exit code; -1 when it ended otherwise.
  int Wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    ended_ = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  bool ended_ = false;
};

TEST(ProgramTest, SaysWhereItListensFirstAndEndsWithZeroOnASignal) {
  for (const int signal_number : {SIGTERM, SIGINT}) {
    Program program({"--listen=127.0.0.1:0"});
    const std::string line = program.ReadLine();
    ASSERT_THAT(line, MatchesRegex("listening on http://127\\.0\\.0\\.1:[0-9]+/client/v4"));
    RawConnection connection(PortOf(line.substr(line.find("http"))));
    ASSERT_TRUE(
        connection.Send("GET /client/v4/user/tokens/verify HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                        "Authorization: Bearer simulated-token\r\n\r\n"));
    EXPECT_THAT(connection.ReadToEnd(), HasSubstr("\"status\":\"active\""));
    program.Signal(signal_number);
    EXPECT_EQ(program.Wait(), 0) << "signal " << signal_number;
  }
}

TEST(ProgramTest, TakesItsAccountsFromAScenario) {
  const std::string path = ::testing::TempDir() + "workers_builds_simulator_" + std::to_string(::getpid()) + ".yaml";
  std::ofstream(path) << "tokens: [{value: mine}]\n";
  Program program({"--scenario=" + path, "--seed=3", "--speed=0"});
  const std::string line = program.ReadLine();
  ASSERT_THAT(line, StartsWith("listening on http"));
  RawConnection connection(PortOf(line.substr(line.find("http"))));
  ASSERT_TRUE(
      connection.Send("GET /client/v4/user/tokens/verify HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                      "Authorization: Bearer mine\r\n\r\n"));
  EXPECT_THAT(connection.ReadToEnd(), HasSubstr("\"status\":\"active\""));
  ::unlink(path.c_str());
}

struct Refused {
  std::vector<std::string> arguments;
  int exit_code;
  std::string message;
};

TEST(ProgramTest, RefusesWhatItCannotDo) {
  const std::vector<Refused> table = {
      {{"--listen=0.0.0.0:0"}, 1, "is not a loopback address"},
      {{"--scenario=/nowhere/s.yaml"}, 1, "/nowhere/s.yaml: cannot be read"},
      {{"--scenario=/nowhere/s.yaml", "--scripts=3"}, 2, "excludes"},
      {{"--colour=red"}, 2, "--colour=red"},
      {{"--speed=-1"}, 2, "--speed"},
      {{"--scripts=many"}, 2, "--scripts"},
      {{"--version"}, 0, "workers_builds_simulator "},
      {{"--help"}, 0, "--builds-per-hour"},
  };
  for (const Refused& row : table) {
    Program program(row.arguments);
    const std::string output = program.ReadToEnd();
    EXPECT_THAT(output, HasSubstr(row.message)) << row.arguments.front();
    EXPECT_EQ(program.Wait(), row.exit_code) << row.arguments.front() << "\n" << output;
  }
}

}  // namespace
}  // namespace simulator
