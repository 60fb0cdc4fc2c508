#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/test_certificates.h"

namespace workers_builds::testing {

/// One accepted connection, plain or TLS, on which a test says every byte itself.
class RawConnection {
 public:
  virtual ~RawConnection() = default;
  /// Up to and including the empty line; empty when the peer is gone.
  virtual std::string ReadRequest() = 0;
  /// What follows it; shorter when the peer is gone.
  virtual std::string ReadBytes(std::size_t count) = 0;
  /// False when the peer is gone.
  virtual bool Send(std::string_view bytes) = 0;
  /// Waits until the peer closes or the server ends. True: the peer closed.
  virtual bool WaitForPeerToClose() = 0;
  /// Ends with RST instead of FIN.
  virtual void Reset() = 0;
  /// Copies bytes both ways between the peer and a new connection to 127.0.0.1:`port`, until one side closes.
  virtual void Tunnel(int port) = 0;
};

/// A server on 127.0.0.1 that runs `script` once for each connection, on a thread of its own, and closes the
/// connection after that.
class RawServer {
 public:
  using Script = std::function<void(RawConnection&)>;

  explicit RawServer(Script script);
  /// With TLS; `script` runs for completed handshakes only.
  RawServer(const TestCertificate& certificate, Script script);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  int port() const { return port_; }
  /// `127.0.0.1:PORT`.
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }
  /// Request heads that scripts have read, in the order of their arrival.
  std::vector<std::string> requests() const;

 private:
  friend class PlainConnection;
  void Listen();
  void Accept();
  void Serve(int socket);

  const Script script_;
  std::shared_ptr<void> tls_;
  int listener_ = -1;
  int port_ = 0;
  int end_[2] = {-1, -1};
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

/// A whole answer with a Content-Length.
std::string HttpAnswer(std::string_view status_line, std::string_view body, std::string_view extra_headers = "");

}  // namespace workers_builds::testing
