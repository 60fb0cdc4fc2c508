#include "tests/support/raw_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace workers_builds::testing {
namespace {

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// True when `socket` has something to read, false when the server ends.
bool WaitReadable(int socket, int end) {
  std::array<pollfd, 2> watched{pollfd{socket, POLLIN, 0}, pollfd{end, POLLIN, 0}};
  while (::poll(watched.data(), watched.size(), -1) < 0) {
  }
  return watched[1].revents == 0;
}

bool SendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::shared_ptr<void> MakeTlsContext(const TestCertificate& certificate) {
  // OpenSSL writes to sockets without MSG_NOSIGNAL.
  std::signal(SIGPIPE, SIG_IGN);
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  certificate.Install(context.get());
  return context;
}

}  // namespace

class PlainConnection : public RawConnection {
 public:
  PlainConnection(RawServer& server, int socket) : server_(server), socket_(socket) {}

  std::string ReadRequest() override {
    std::string head;
    for (char c = 0; !head.ends_with("\r\n\r\n"); head += c) {
      if (!ReadByte(&c)) return {};
    }
    const std::lock_guard lock(server_.mutex_);
    server_.requests_.push_back(head);
    return head;
  }

  std::string ReadBytes(std::size_t count) override {
    std::string bytes;
    for (char c = 0; bytes.size() < count && ReadByte(&c);) bytes += c;
    return bytes;
  }

  bool Send(std::string_view bytes) override { return SendAll(socket_, bytes); }

  bool WaitForPeerToClose() override {
    char c = 0;
    while (WaitReadable(socket_, server_.end_[0])) {
      if (::recv(socket_, &c, 1, 0) <= 0) return true;
    }
    return false;
  }

  void Reset() override {
    const linger now{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }

  void Tunnel(int port) override {
    const int upstream = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = Loopback(port);
    if (::connect(upstream, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) Relay(upstream);
    ::close(upstream);
  }

 protected:
  virtual bool ReadByte(char* c) { return WaitReadable(socket_, server_.end_[0]) && ::recv(socket_, c, 1, 0) == 1; }

 private:
  void Relay(int upstream) {
    std::array<pollfd, 3> watched{pollfd{socket_, POLLIN, 0}, pollfd{upstream, POLLIN, 0},
                                  pollfd{server_.end_[0], POLLIN, 0}};
    std::array<char, 16384> buffer{};
    while (::poll(watched.data(), watched.size(), -1) > 0 && watched[2].revents == 0) {
      for (std::size_t side = 0; side < 2; ++side) {
        if (watched[side].revents == 0) continue;
        const auto count = ::recv(watched[side].fd, buffer.data(), buffer.size(), 0);
        if (count <= 0) return;
        if (!SendAll(watched[1 - side].fd, {buffer.data(), static_cast<std::size_t>(count)})) return;
      }
    }
  }

  RawServer& server_;
  const int socket_;
};

namespace {

class TlsConnection : public PlainConnection {
 public:
  TlsConnection(RawServer& server, int socket, SSL* ssl) : PlainConnection(server, socket), ssl_(ssl) {}

  bool Send(std::string_view bytes) override {
    return SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size());
  }

 protected:
  bool ReadByte(char* c) override { return SSL_read(ssl_, c, 1) == 1; }

 private:
  SSL* const ssl_;
};

}  // namespace

RawServer::RawServer(Script script) : script_(std::move(script)) {
  Listen();
}

RawServer::RawServer(const TestCertificate& certificate, Script script)
    : script_(std::move(script)), tls_(MakeTlsContext(certificate)) {
  Listen();
}

RawServer::~RawServer() {
  ::close(end_[1]);  // every wait wakes up
  acceptor_.join();
  for (auto& thread : threads_) thread.join();
  ::close(end_[0]);
  ::close(listener_);
}

std::vector<std::string> RawServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void RawServer::Listen() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = Loopback(0);
  socklen_t length = sizeof address;
  if (::pipe(end_) != 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      ::listen(listener_, 64) != 0 || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    throw std::runtime_error("the test server cannot listen on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

void RawServer::Accept() {
  while (WaitReadable(listener_, end_[0])) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    ++connections_;
    threads_.emplace_back([this, socket] {
      Serve(socket);
      ::close(socket);
    });
  }
}

void RawServer::Serve(int socket) {
  if (tls_ == nullptr) {
    PlainConnection connection(*this, socket);
    script_(connection);
    return;
  }
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(static_cast<SSL_CTX*>(tls_.get())), SSL_free);
  SSL_set_fd(ssl.get(), socket);
  if (SSL_accept(ssl.get()) == 1) {
    TlsConnection connection(*this, socket, ssl.get());
    script_(connection);
    SSL_shutdown(ssl.get());
  }
  ERR_clear_error();
}

std::string HttpAnswer(std::string_view status_line, std::string_view body, std::string_view extra_headers) {
  std::string answer = "HTTP/1.1 ";
  answer.append(status_line).append("\r\nContent-Length: ").append(std::to_string(body.size())).append("\r\n");
  answer.append(extra_headers).append("\r\n").append(body);
  return answer;
}

}  // namespace workers_builds::testing
