#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>

namespace simulator {

/// A connection to 127.0.0.1 that shows bytes as they come, for what a well-behaved HTTP client would hide.
class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawConnection() { ::close(socket_); }
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  bool connected() const { return connected_; }

  bool Send(const std::string& text) {
    return ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  /// Reads until `text` has been read, the peer ends or ten seconds pass without a byte.
  std::string ReadUntil(const std::string& text) {
    std::string read;
    char bytes[4096];
    while (text.empty() || read.find(text) == std::string::npos) {
      const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
      error_ = count < 0 ? errno : 0;
      if (count <= 0) break;
      read.append(bytes, static_cast<std::size_t>(count));
    }
    return read;
  }
  std::string ReadToEnd() { return ReadUntil(""); }

  /// The errno of the last read; 0 for an orderly end.
  int error() const { return error_; }

 private:
  int socket_;
  bool connected_ = false;
  int error_ = 0;
};

/// The port in `http://127.0.0.1:41233/client/v4`.
inline std::uint16_t PortOf(const std::string& base_url) {
  return static_cast<std::uint16_t>(std::stoi(base_url.substr(base_url.find(':', 7) + 1)));
}

}  // namespace simulator
