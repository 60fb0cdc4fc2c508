#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A small synchronous HTTP/1.1 client over loopback that knows nothing of the server's code. What goes wrong is in the
/// reply's `error`; nothing waits longer than 10 s.
namespace support {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpReply {
  /// 0 when there is no whole reply; `error` says why.
  int status = 0;
  /// By lower-case name; repeated ones are joined with ", ".
  std::map<std::string, std::string> headers{};
  std::string body{};
  std::string error{};
};

/// One TCP connection.
class HttpConnection {
 public:
  /// `127.0.0.1:41233`, `[::1]:41233`; the addresses that mean "all" are reached by loopback. A receive buffer of 0 is
  /// the system's default.
  explicit HttpConnection(const std::string& address, int receive_buffer_bytes = 0) {
    const std::size_t colon = address.rfind(':');
    const auto port = static_cast<std::uint16_t>(std::atoi(address.c_str() + colon + 1));
    const std::string host = address.substr(0, colon);
    sockaddr_storage peer{};
    socklen_t size = sizeof(sockaddr_in);
    if (host.starts_with('[')) {
      auto* v6 = reinterpret_cast<sockaddr_in6*>(&peer);
      v6->sin6_family = AF_INET6;
      v6->sin6_port = htons(port);
      v6->sin6_addr = in6addr_loopback;
      size = sizeof(sockaddr_in6);
    } else {
      auto* v4 = reinterpret_cast<sockaddr_in*>(&peer);
      v4->sin_family = AF_INET;
      v4->sin_port = htons(port);
      v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    socket_ = socket(peer.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{10, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (receive_buffer_bytes > 0) {
      setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    }
    if (connect(socket_, reinterpret_cast<sockaddr*>(&peer), size) != 0) Fail("connect to " + address);
  }
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;
  ~HttpConnection() {
    if (socket_ >= 0) close(socket_);
  }

  /// Empty while nothing went wrong.
  const std::string& error() const { return error_; }

  bool SendRaw(std::string_view bytes) {
    while (error_.empty() && !bytes.empty()) {
      const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) return Fail("send");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return error_.empty();
  }

  /// `body_follows` is false for the reply to a HEAD.
  HttpReply ReadReply(bool body_follows = true) {
    HttpReply reply;
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (!Receive()) return {.error = error_};
    }
    ParseHead(received_.substr(0, end + 2), reply);
    received_.erase(0, end + 4);
    const auto length = reply.headers.find("content-length");
    if (!body_follows || length == reply.headers.end()) return reply;
    const std::size_t size = std::strtoull(length->second.c_str(), nullptr, 10);
    while (received_.size() < size) {
      if (!Receive()) return {.error = error_ + " after " + std::to_string(received_.size()) + " bytes of the body"};
    }
    reply.body = received_.substr(0, size);
    received_.erase(0, size);
    return reply;
  }

  HttpReply Request(std::string_view method, std::string_view path, const Headers& headers = {}) {
    std::string text = std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n";
    for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
    if (!SendRaw(text + "\r\n")) return {.error = error_};
    return ReadReply(method != "HEAD");
  }

  /// Whether the peer closes without sending more; waits up to 10 s for it.
  bool IsClosedByPeer() { return received_.empty() && !Receive() && (error_ == kEnd || error_ == kReset); }

 private:
  static constexpr std::string_view kEnd = "the peer closed the connection";
  static constexpr std::string_view kReset = "the peer reset the connection";

  bool Fail(const std::string& what) {
    if (error_.empty()) error_ = errno == ECONNRESET ? std::string(kReset) : what + ": " + std::strerror(errno);
    return false;
  }

  bool Receive() {
    if (!error_.empty()) return false;
    char part[65536];
    const ssize_t got = recv(socket_, part, sizeof part, 0);
    if (got < 0) return Fail("receive");
    if (got == 0) error_ = kEnd;
    received_.append(part, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return got > 0;
  }

  static void ParseHead(const std::string& head, HttpReply& reply) {
    if (head.starts_with("HTTP/1.1 ")) reply.status = std::atoi(head.c_str() + 9);
    std::size_t at = head.find("\r\n") + 2;
    while (at < head.size()) {
      const std::size_t end = head.find("\r\n", at);
      const std::string line = head.substr(at, end - at);
      const std::size_t colon = std::min(line.find(':'), line.size());
      std::string name = line.substr(0, colon);
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      std::string value = line.substr(std::min(colon + 1, line.size()));
      value.erase(0, value.find_first_not_of(' '));
      std::string& joined = reply.headers[name];
      joined = joined.empty() ? value : joined + ", " + value;
      at = end + 2;
    }
  }

  int socket_ = -1;
  std::string received_;
  std::string error_;
};

/// On a connection of its own.
inline HttpReply Get(const std::string& address, std::string_view path, const Headers& headers = {}) {
  return HttpConnection(address).Request("GET", path, headers);
}

}  // namespace support
