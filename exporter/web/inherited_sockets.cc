#include "exporter/web/inherited_sockets.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <system_error>

namespace exporter::web {
namespace {

constexpr std::string_view kHowTo = "; start it through its socket unit, or without --web.systemd-socket";

std::optional<std::string> Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<int> ReadNumber(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

/// How many there are, 1 or more.
tl::expected<int, std::string> CountOf(const SocketHandover& handover) {
  const std::string problem = "no socket was handed over: ";
  const auto refuse = [&](const std::string& why) { return tl::unexpected(problem + why + std::string(kHowTo)); };
  if (!handover.listen_pid || !handover.listen_fds) return refuse("LISTEN_PID and LISTEN_FDS are not both set");
  if (ReadNumber(*handover.listen_pid) != handover.own_pid) {
    return refuse("LISTEN_PID is '" + *handover.listen_pid + "', which is not this process (" +
                  std::to_string(handover.own_pid) + ")");
  }
  const std::optional<int> count = ReadNumber(*handover.listen_fds);
  if (!count || *count == 0 || *count > std::numeric_limits<int>::max() - handover.first_descriptor) {
    return refuse("LISTEN_FDS is '" + *handover.listen_fds + "', where a number from 1 is expected");
  }
  return *count;
}

std::optional<int> SocketOption(int descriptor, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  if (getsockopt(descriptor, SOL_SOCKET, option, &value, &size) != 0) return std::nullopt;
  return value;
}

/// What speaks against serving on it; empty: nothing.
std::string ProblemOf(int descriptor) {
  const std::optional<int> type = SocketOption(descriptor, SO_TYPE);
  if (!type) return errno == EBADF ? "is not open" : "is no socket";
  const std::optional<int> domain = SocketOption(descriptor, SO_DOMAIN);
  if (*type != SOCK_STREAM || (domain != AF_INET && domain != AF_INET6)) {
    return "is no TCP socket: in the socket unit expected is ListenStream= with a port, or an address and a port";
  }
  if (SocketOption(descriptor, SO_ACCEPTCONN).value_or(0) == 0) {
    return "does not listen: the socket unit must not have Accept=yes";
  }
  return "";
}

}  // namespace

SocketHandover HandoverToThisProcess() {
  return {.listen_pid = Variable("LISTEN_PID"), .listen_fds = Variable("LISTEN_FDS"), .own_pid = getpid()};
}

tl::expected<std::vector<ListenSocket>, std::string> InheritedSockets(const SocketHandover& handover) {
  const tl::expected<int, std::string> count = CountOf(handover);
  if (!count) return tl::unexpected(count.error());
  std::vector<ListenSocket> sockets;
  std::string problem;
  for (int i = 0; i < *count; ++i) {
    const int descriptor = handover.first_descriptor + i;
    if (fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0) {
      problem = "is not open";
    } else {
      sockets.push_back(AdoptSocket(descriptor));
      problem = ProblemOf(descriptor);
    }
    if (problem.empty()) continue;
    return tl::unexpected("cannot serve on what was handed over: file descriptor " + std::to_string(descriptor) + " " +
                          problem);
  }
  return sockets;
}

}  // namespace exporter::web
