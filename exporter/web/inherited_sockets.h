#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "exporter/web/listen_socket.h"

namespace exporter::web {

/// What whoever started this process says of the sockets that it handed over: the protocol of sd_listen_fds(3).
struct SocketHandover {
  /// $LISTEN_PID, whom they are for; empty: not set.
  std::optional<std::string> listen_pid{};
  /// $LISTEN_FDS, how many they are; empty: not set.
  std::optional<std::string> listen_fds{};
  pid_t own_pid = 0;
  /// They have this and the following numbers.
  int first_descriptor = 3;
};

/// Of this process.
SocketHandover HandoverToThisProcess();

/// Takes the sockets over, in their order, each closed on exec from now on. All must be TCP sockets that listen; the
/// error says which one is not, or why there are none. To be called once.
tl::expected<std::vector<ListenSocket>, std::string> InheritedSockets(const SocketHandover& handover);

}  // namespace exporter::web
