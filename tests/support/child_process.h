#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace support {

struct Command {
  /// A path, or a name that PATH finds.
  std::string program;
  std::vector<std::string> arguments{};
  /// All that the child has besides PATH and the options of the sanitizers.
  std::map<std::string, std::string> environment{};
  /// The file that is its standard input.
  std::string standard_input = "/dev/null";
};

enum class Output { kStdout, kStderr };

/// A program that was started. It does not outlive this object, nor the thread that made it: it is killed at the latest
/// then, and always reaped. What it writes is kept whole.
class ChildProcess {
 public:
  /// A program that cannot be started ends with 127 and says why on its stderr.
  explicit ChildProcess(const Command& command);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  /// What it has written so far.
  std::string Text(Output output) const;

  /// The first whole line that contains `part`, without its line feed; empty when the program ends or the time is over
  /// before it comes.
  std::optional<std::string> WaitForLine(Output output, std::string_view part, std::chrono::milliseconds timeout) const;

  /// Does nothing when it has ended.
  void Signal(int signal);

  /// Its exit code, or 128 + N when signal N ended it; empty when it still runs after `timeout`. All that it wrote is
  /// then there.
  std::optional<int> WaitForExit(std::chrono::milliseconds timeout) const;

 private:
  void Read(int stdout_pipe, int stderr_pipe);
  void Reap();

  pid_t pid_ = -1;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::map<Output, std::string> texts_;
  std::optional<int> exit_code_;
  std::jthread reader_;
};

struct Finished {
  /// Empty when it had to be killed.
  std::optional<int> exit_code;
  std::string stdout_text;
  std::string stderr_text;
};

/// Runs a program to its end.
Finished Run(const Command& command, std::chrono::milliseconds timeout = std::chrono::seconds(15));

}  // namespace support
