#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace exporter::web {

struct Request {
  std::string method;
  /// Percent-encoding undone, without the query.
  std::string path;
  std::string accept;
  std::string accept_encoding;
};

/// A body is a list of immutable pieces, sent one after the other without being copied. Content-Length is their sum;
/// a HEAD gets the headers alone.
struct Response {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::shared_ptr<const std::string>> body;
};

/// Called on a server thread for every GET and HEAD (other methods are answered with 405 before); must not block.
using Handler = std::function<Response(const Request&)>;

struct WebServerOptions {
  /// `:19877` (IPv4 and IPv6), `127.0.0.1:0` (port 0 picks one), `[::1]:19877`, `localhost:19877`.
  std::vector<std::string> listen_addresses{};
  /// Served, too: sockets that whoever started this process has opened for it.
  bool inherited_sockets = false;
  /// A reader that makes no progress for this long is dropped.
  std::chrono::milliseconds idle_timeout{30'000};
  std::size_t max_connections = 512;
};

/// HTTP/1.1 with keep-alive. Start binds and serves on a thread of its own until Stop or destruction. A malformed
/// request is answered with 400, a header of more than 16 KiB with 431, a body of more than 8 KiB with 413, a handler
/// that throws with 500. Beyond max_connections the connection that has been idle longest is closed; if none is, the
/// new one gets 503.
class WebServer {
 public:
  /// The error says which address could not be bound, or which socket not be taken over, and why.
  static tl::expected<std::unique_ptr<WebServer>, std::string> Start(const WebServerOptions& options, Handler handler);

  virtual ~WebServer() = default;
  /// What is listened on, as `127.0.0.1:41233` or `[::]:19877`.
  virtual std::vector<std::string> addresses() const = 0;
  /// Takes no new connections, lets answers under way end within `grace`, then closes everything. Idempotent; not to be
  /// called by the handler.
  virtual void Stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace exporter::web
