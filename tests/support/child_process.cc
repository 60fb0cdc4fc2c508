#include "tests/support/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace support {
namespace {

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> EnvironmentOf(const Command& command) {
  std::vector<std::string> environment;
  for (const char* name : {"PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    const char* value = std::getenv(name);
    if (value != nullptr) environment.push_back(std::string(name) + "=" + value);
  }
  for (const auto& [name, value] : command.environment) environment.push_back(name + "=" + value);
  return environment;
}

struct Pipe {
  Pipe() {
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe for a child's output");
  }
  std::array<int, 2> ends{};
};

/// Between fork and exec: nothing here may allocate or lock.
[[noreturn]] void Become(char* const* arguments, char* const* environment, const char* input, int out, int err,
                         pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it died in between
  const int in = open(input, O_RDONLY | O_CLOEXEC);
  if (in < 0 || dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0) _exit(127);
  execvpe(arguments[0], arguments, environment);
  const char* why = strerrordesc_np(errno);
  for (const char* part : {"cannot start ", static_cast<const char*>(arguments[0]), ": ", why, "\n"}) {
    if (write(STDERR_FILENO, part, strlen(part)) < 0) break;
  }
  _exit(127);
}

int ExitCode(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

ChildProcess::ChildProcess(const Command& command) {
  std::vector<std::string> arguments = command.arguments;
  arguments.insert(arguments.begin(), command.program);
  std::vector<std::string> environment = EnvironmentOf(command);
  const std::vector<char*> argument_pointers = Pointers(arguments);
  const std::vector<char*> environment_pointers = Pointers(environment);
  const Pipe out;
  const Pipe err;
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork for " + command.program);
  if (pid_ == 0) {
    Become(argument_pointers.data(), environment_pointers.data(), command.standard_input.c_str(), out.ends[1],
           err.ends[1], parent);
  }
  close(out.ends[1]);
  close(err.ends[1]);
  reader_ = std::jthread([this, stdout_pipe = out.ends[0], stderr_pipe = err.ends[0]] {
    Read(stdout_pipe, stderr_pipe);
    Reap();
  });
}

ChildProcess::~ChildProcess() {
  Signal(SIGKILL);
}

void ChildProcess::Read(int stdout_pipe, int stderr_pipe) {
  std::array<pollfd, 2> pipes = {pollfd{stdout_pipe, POLLIN, 0}, pollfd{stderr_pipe, POLLIN, 0}};
  int open_pipes = 2;
  while (open_pipes > 0) {
    if (poll(pipes.data(), pipes.size(), -1) < 0) continue;  // EINTR
    for (pollfd& pipe : pipes) {
      if (pipe.fd < 0 || pipe.revents == 0) continue;
      std::array<char, 65536> part{};
      const ssize_t got = read(pipe.fd, part.data(), part.size());
      if (got > 0) {
        const std::lock_guard lock(mutex_);
        texts_[&pipe == &pipes[0] ? Output::kStdout : Output::kStderr].append(part.data(),
                                                                              static_cast<std::size_t>(got));
        changed_.notify_all();
      } else if (got == 0 || errno != EINTR) {
        close(pipe.fd);
        pipe.fd = -1;
        --open_pipes;
      }
    }
  }
}

void ChildProcess::Reap() {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  // Its id is its own until it is reaped, and Signal looks under the same lock.
  const std::lock_guard lock(mutex_);
  int status = 0;
  waitpid(pid_, &status, 0);
  exit_code_ = ExitCode(status);
  changed_.notify_all();
}

std::string ChildProcess::Text(Output output) const {
  const std::lock_guard lock(mutex_);
  const auto text = texts_.find(output);
  return text == texts_.end() ? "" : text->second;
}

std::optional<std::string> ChildProcess::WaitForLine(Output output, std::string_view part,
                                                     std::chrono::milliseconds timeout) const {
  std::optional<std::string> line;
  const auto find_line = [&] {
    const auto written = texts_.find(output);
    if (written == texts_.end()) return exit_code_.has_value();
    const std::string& text = written->second;
    std::size_t start = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', start)) {
      const std::string_view candidate = std::string_view(text).substr(start, end - start);
      if (candidate.find(part) != std::string_view::npos) {
        line = std::string(candidate);
        return true;
      }
      start = end + 1;
    }
    return exit_code_.has_value();
  };
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, timeout, find_line);
  return line;
}

void ChildProcess::Signal(int signal) {
  const std::lock_guard lock(mutex_);
  if (!exit_code_) kill(pid_, signal);
}

std::optional<int> ChildProcess::WaitForExit(std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, timeout, [this] { return exit_code_.has_value(); });
  return exit_code_;
}

Finished Run(const Command& command, std::chrono::milliseconds timeout) {
  const ChildProcess process(command);
  const std::optional<int> exit_code = process.WaitForExit(timeout);
  return {exit_code, process.Text(Output::kStdout), process.Text(Output::kStderr)};
}

}  // namespace support
