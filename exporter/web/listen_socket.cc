#include "exporter/web/listen_socket.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

namespace exporter::web {
namespace {

std::string Describe(std::string_view host, unsigned port) {
  std::string text(host);
  if (host.find(':') != std::string_view::npos) text.insert(0, 1, '[').push_back(']');
  return text.append(":").append(std::to_string(port));
}

std::string Problem(const std::string& address, int error) {
  std::string text = "cannot listen on " + address + ": " + std::system_category().message(error);
  if (error == EADDRINUSE) text += "; stop what holds the port, or choose another address";
  if (error == EACCES) text += "; ports below 1024 need a privilege, choose a higher one";
  if (error == EADDRNOTAVAIL) text += "; this machine has no such address";
  return text;
}

/// Its family is AF_UNSPEC where the descriptor has no name.
sockaddr_storage NameOf(int descriptor) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &size) != 0) name.ss_family = AF_UNSPEC;
  return name;
}

std::string AddressOf(const sockaddr_storage& name) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (name.ss_family != AF_INET6 && name.ss_family != AF_INET) return "?";
  if (name.ss_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&name);
    inet_ntop(AF_INET6, &v6->sin6_addr, text.data(), text.size());
    return Describe(text.data(), ntohs(v6->sin6_port));
  }
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(&name);
  inet_ntop(AF_INET, &v4->sin_addr, text.data(), text.size());
  return Describe(text.data(), ntohs(v4->sin_port));
}

/// The socket, or the errno of what failed.
tl::expected<ListenSocket, int> Bind(const addrinfo& at) {
  const bool ipv6 = at.ai_family == AF_INET6;
  const int descriptor = socket(at.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return tl::unexpected(errno);
  ListenSocket bound(descriptor, ipv6, "");
  const int on = 1;
  const int off = 0;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (ipv6) setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (bind(descriptor, at.ai_addr, at.ai_addrlen) != 0) return tl::unexpected(errno);
  if (listen(descriptor, SOMAXCONN) != 0) return tl::unexpected(errno);
  return AdoptSocket(bound.Release());
}

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

tl::expected<AddressList, std::string> Resolve(const std::string& host, const ListenAddress& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int error = getaddrinfo(host.c_str(), std::to_string(address.port).c_str(), &hints, &list);
  if (error != 0) {
    return tl::unexpected("cannot listen on " + Describe(host, address.port) + ": " + gai_strerror(error) +
                          "; use an address of this machine");
  }
  return AddressList(list, &freeaddrinfo);
}

const addrinfo& FirstIpv4OrFirst(const addrinfo& list) {
  for (const addrinfo* at = &list; at != nullptr; at = at->ai_next) {
    if (at->ai_family == AF_INET) return *at;
  }
  return list;
}

}  // namespace

ListenSocket::ListenSocket(int descriptor, bool ipv6, std::string address)
    : descriptor_(descriptor), ipv6_(ipv6), address_(std::move(address)) {}

ListenSocket::ListenSocket(ListenSocket&& other) noexcept
    : descriptor_(other.Release()), ipv6_(other.ipv6_), address_(std::move(other.address_)) {}

ListenSocket::~ListenSocket() {
  if (descriptor_ >= 0) close(descriptor_);
}

int ListenSocket::Release() {
  return std::exchange(descriptor_, -1);
}

ListenSocket AdoptSocket(int descriptor) {
  const sockaddr_storage name = NameOf(descriptor);
  return ListenSocket(descriptor, name.ss_family == AF_INET6, AddressOf(name));
}

tl::expected<ListenSocket, std::string> Listen(const ListenAddress& address) {
  const std::string host = address.host.empty() ? "::" : address.host;
  const auto list = Resolve(host, address);
  if (!list) return tl::unexpected(list.error());
  auto bound = Bind(FirstIpv4OrFirst(**list));
  if (bound) return std::move(*bound);
  const int error = bound.error();
  if (address.host.empty() && (error == EAFNOSUPPORT || error == EADDRNOTAVAIL)) {
    return Listen({.host = "0.0.0.0", .port = address.port});
  }
  return tl::unexpected(Problem(Describe(address.host, address.port), error));
}

}  // namespace exporter::web
