#include "exporter/web/web_server.h"

#include <utility>  // before Boost.Asio 1.74, which uses it without including it

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <mutex>
#include <thread>

#include "exporter/log.h"
#include "exporter/web/connection.h"
#include "exporter/web/inherited_sockets.h"
#include "exporter/web/listen_socket.h"

namespace exporter::web {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// Beyond max_connections, so many more are told 503; those after them are dropped without a word.
constexpr std::size_t kMaxRefusals = 64;
/// After an accept that failed, for instance because no file descriptor was free.
constexpr std::chrono::milliseconds kAcceptPause{100};

class AsioServer : public WebServer {
 public:
  AsioServer(const WebServerOptions& options, Handler handler) : max_connections_(options.max_connections) {
    connections_.handler = std::move(handler);
    connections_.idle_timeout = options.idle_timeout;
    connections_.on_all_closed = [this] { deadline_.cancel(); };
  }
  ~AsioServer() override {
    Stop(std::chrono::milliseconds(0));
    connections_.on_all_closed = nullptr;
  }

  void Add(ListenSocket socket) {
    addresses_.push_back(socket.address());
    const tcp protocol = socket.ipv6() ? tcp::v6() : tcp::v4();
    listeners_.push_back({tcp::acceptor(context_, protocol, socket.Release()), asio::steady_timer(context_)});
  }

  void Run() {
    for (Listener& listener : listeners_) Accept(listener);
    thread_ = std::thread([this] { context_.run(); });
  }

  std::vector<std::string> addresses() const override { return addresses_; }

  void Stop(std::chrono::milliseconds grace) override {
    std::call_once(stopped_, [&] {
      asio::post(context_, [this, grace] { BeginStop(grace); });
      if (thread_.joinable()) thread_.join();
    });
  }

 private:
  struct Listener {
    tcp::acceptor acceptor;
    asio::steady_timer pause;
  };

  void Accept(Listener& listener) {
    listener.acceptor.async_accept([this, &listener](error_code error, tcp::socket socket) {
      if (connections_.stopping) return;
      if (error) return AcceptLater(listener, error);
      Admit(std::move(socket));
      Accept(listener);
    });
  }

  void AcceptLater(Listener& listener, error_code error) {
    log::Warn("a connection could not be accepted", {{"problem", error.message()}});
    listener.pause.expires_after(kAcceptPause);
    listener.pause.async_wait([this, &listener](error_code) {
      if (!connections_.stopping) Accept(listener);
    });
  }

  void Admit(tcp::socket socket) {
    if (connections_.open.size() >= max_connections_ && !connections_.idle.empty()) connections_.idle.front()->Close();
    if (connections_.open.size() >= max_connections_ + kMaxRefusals) return;
    const bool full = connections_.open.size() >= max_connections_;
    const auto connection = Connection::Make(std::move(socket), connections_);
    if (full) {
      connection->Refuse();
    } else {
      connection->AwaitRequest();
    }
  }

  void BeginStop(std::chrono::milliseconds grace) {
    connections_.stopping = true;
    for (Listener& listener : listeners_) {
      error_code ignored;
      listener.acceptor.close(ignored);
      listener.pause.cancel();
    }
    while (!connections_.idle.empty()) connections_.idle.front()->Close();
    if (connections_.open.empty()) return;
    deadline_.expires_after(grace);
    deadline_.async_wait([this](error_code) {
      while (!connections_.open.empty()) (*connections_.open.begin())->Close();
    });
  }

  std::size_t max_connections_;
  // Before the context: what is still queued there when it goes holds connections.
  Connections connections_;
  asio::io_context context_{1};
  asio::steady_timer deadline_{context_};
  std::list<Listener> listeners_;
  std::vector<std::string> addresses_;
  std::once_flag stopped_;
  std::thread thread_;
};

}  // namespace

tl::expected<std::unique_ptr<WebServer>, std::string> WebServer::Start(const WebServerOptions& options,
                                                                       Handler handler) {
  auto server = std::make_unique<AsioServer>(options, std::move(handler));
  for (const std::string& text : options.listen_addresses) {
    const auto address = ParseListenAddress(text);
    if (!address) return tl::unexpected(address.error());
    auto socket = Listen(*address);
    if (!socket) return tl::unexpected(socket.error());
    server->Add(std::move(*socket));
  }
  if (options.inherited_sockets) {
    auto sockets = InheritedSockets(HandoverToThisProcess());
    if (!sockets) return tl::unexpected(sockets.error());
    for (ListenSocket& socket : *sockets) server->Add(std::move(socket));
  }
  server->Run();
  return server;
}

}  // namespace exporter::web
