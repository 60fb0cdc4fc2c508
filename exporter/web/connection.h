#pragma once

#include <utility>  // before Boost.Asio 1.74, which uses it without including it

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <unordered_set>

#include "exporter/web/web_server.h"

/// The HTTP side of the web server, on its thread only.
namespace exporter::web {

class Connection;

/// What the connections of a server share.
struct Connections {
  Handler handler;
  std::chrono::milliseconds idle_timeout;
  std::unordered_set<Connection*> open;
  /// Those that wait for a request or for the peer to close; the longest waiting first.
  std::list<Connection*> idle;
  /// No connection is kept alive any more.
  bool stopping = false;
  std::function<void()> on_all_closed;
};

/// Reads a request, writes the answer, and so on. Counts as open from the start until Close or until it has ended by
/// itself; the operation that is under way keeps it alive.
class Connection {
 public:
  /// `all` outlives the connection.
  static std::shared_ptr<Connection> Make(boost::asio::ip::tcp::socket socket, Connections& all);

  virtual ~Connection() = default;
  /// Exactly one of the two comes first: serve, or answer 503 to whatever is asked and end.
  virtual void AwaitRequest() = 0;
  virtual void Refuse() = 0;
  virtual void Close() = 0;
};

}  // namespace exporter::web
