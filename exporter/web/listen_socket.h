#pragma once

#include <string>
#include <tl/expected.hpp>

#include "exporter/web/listen_address.h"

namespace exporter::web {

/// A TCP socket that is bound and listens. Owns the descriptor until it is released.
class ListenSocket {
 public:
  ListenSocket(int descriptor, bool ipv6, std::string address);
  ListenSocket(ListenSocket&& other) noexcept;
  ListenSocket& operator=(ListenSocket&&) = delete;
  ~ListenSocket();

  bool ipv6() const { return ipv6_; }
  /// What it listens on, with the port that was picked: `127.0.0.1:41233`, `[::]:19877`.
  const std::string& address() const { return address_; }
  int Release();

 private:
  int descriptor_;
  bool ipv6_;
  std::string address_;
};

/// A socket that listens already, with the address that the kernel knows of it.
ListenSocket AdoptSocket(int descriptor);

/// An empty host and `::` are for IPv4 and IPv6 in one socket; without IPv6 on the machine an empty host is 0.0.0.0. Of
/// a name's addresses the first IPv4 one is taken, else the first. The error says what could not be bound and why.
tl::expected<ListenSocket, std::string> Listen(const ListenAddress& address);

}  // namespace exporter::web
