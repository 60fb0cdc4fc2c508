#include "tests/simulator/simulator_server.h"

#include <poll.h>
#include <sys/socket.h>

#include <utility>  // before Asio 1.74, which needs it in C++20

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <charconv>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

namespace simulator {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

constexpr std::size_t kMostConnections = 64;
constexpr std::chrono::milliseconds kIdleTimeout = std::chrono::minutes(1);
constexpr std::uint64_t kMostBodyBytes = 16 * 1024 * 1024;

tl::expected<Tcp::endpoint, std::string> ParseEndpoint(const std::string& text) {
  const auto colon = text.rfind(':');
  const std::string problem = "cannot listen on '" + text + "': ";
  if (colon == std::string::npos) return tl::unexpected(problem + "expected ADDRESS:PORT, for example 127.0.0.1:0");
  std::string host = text.substr(0, colon);
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, bad_port] = std::from_chars(text.data() + colon + 1, end, port);
  if (bad_port != std::errc() || stop != end) return tl::unexpected(problem + "the port is a number from 0 to 65535");
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (error) return tl::unexpected(problem + "'" + host + "' is not an IP address");
  return Tcp::endpoint(address, port);
}

Request FromWire(const http::request<http::string_body>& message) {
  Request request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  request.body = message.body();
  for (const auto& field : message) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    std::string& value = request.headers[name];
    value += (value.empty() ? "" : ", ") + std::string(field.value());
  }
  return request;
}

class BeastServer : public SimulatorServer {
 public:
  BeastServer(const Scenario& scenario, Tcp::acceptor acceptor, std::unique_ptr<asio::io_context> context)
      : context_(std::move(context)),
        acceptor_(std::move(acceptor)),
        endpoint_(acceptor_.local_endpoint()),
        wall_start_(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now())),
        steady_start_(std::chrono::steady_clock::now()),
        simulator_(scenario, wall_start_),
        accepting_([this] { Accept(); }) {}

  ~BeastServer() override {
    {
      const std::lock_guard lock(connections_mutex_);
      stopping_ = true;
      for (Connection& connection : connections_) {
        if (!connection.ended) ::shutdown(connection.socket.native_handle(), SHUT_RDWR);
      }
    }
    changed_.notify_all();
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);  // wakes accept()
    accepting_.join();
    connections_.clear();  // joins
  }

  std::string base_url() const override {
    const std::string host = endpoint_.address().to_string();
    return "http://" + (endpoint_.address().is_v6() ? "[" + host + "]" : host) + ":" +
           std::to_string(endpoint_.port()) + "/client/v4";
  }

  void With(const std::function<void(Simulator&)>& use) override {
    const std::lock_guard lock(simulator_mutex_);
    simulator_.AdvanceTo(WallNow());
    use(simulator_);
  }

 private:
  struct Connection {
    explicit Connection(Tcp::socket accepted) : socket(std::move(accepted)) {}
    Tcp::socket socket;
    bool ended = false;
    std::jthread thread;
  };

  // The start on the wall and what has passed since: it cannot run backwards.
  Instant WallNow() const {
    return wall_start_ +
           std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now() - steady_start_);
  }

  void Accept() {
    for (;;) {
      {
        std::unique_lock lock(connections_mutex_);
        changed_.wait(lock, [this] {
          connections_.remove_if([](const Connection& connection) { return connection.ended; });
          return stopping_ || connections_.size() < kMostConnections;
        });
        if (stopping_) return;
      }
      error_code error;
      Tcp::socket socket = acceptor_.accept(error);
      const std::lock_guard lock(connections_mutex_);
      if (stopping_) return;
      if (error) continue;  // that caller is gone already
      Connection& connection = connections_.emplace_back(std::move(socket));
      connection.thread = std::jthread([this, &connection] {
        Serve(connection.socket);
        const std::lock_guard end_lock(connections_mutex_);
        error_code ignored;
        connection.socket.close(ignored);
        connection.ended = true;
        changed_.notify_all();
      });
    }
  }

  void Serve(Tcp::socket& socket) {
    error_code error;
    socket.set_option(Tcp::no_delay(true), error);
    boost::beast::flat_buffer buffer;
    for (;;) {
      if (buffer.size() == 0 && !WaitForBytes(socket)) return;
      http::request_parser<http::string_body> parser;
      parser.body_limit(kMostBodyBytes);
      http::read(socket, buffer, parser, error);
      if (error) return;
      const Reply reply = Handle(FromWire(parser.get()));
      if (!Wait(reply.delay) || !Send(socket, reply, parser.get())) return;
    }
  }

  static bool WaitForBytes(Tcp::socket& socket) {
    pollfd waiting{socket.native_handle(), POLLIN, 0};
    return ::poll(&waiting, 1, static_cast<int>(kIdleTimeout.count())) > 0;
  }

  Reply Handle(const Request& request) {
    const std::lock_guard lock(simulator_mutex_);
    return simulator_.Handle(request, WallNow());
  }

  /// False when the server stops meanwhile.
  bool Wait(std::chrono::milliseconds delay) {
    if (delay <= std::chrono::milliseconds(0)) return true;
    std::unique_lock lock(connections_mutex_);
    return !changed_.wait_for(lock, delay, [this] { return stopping_; });
  }

  /// False when the connection is to end.
  static bool Send(Tcp::socket& socket, const Reply& reply, const http::request<http::string_body>& request) {
    error_code error;
    if (reply.reset) {
      // Closing then sends RST instead of FIN.
      const linger now{1, 0};
      ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
      return false;
    }
    http::response<http::string_body> response(static_cast<http::status>(reply.status), request.version());
    for (const auto& [name, value] : reply.headers) response.set(name, value);
    response.keep_alive(request.keep_alive());
    response.body() = reply.body;
    response.prepare_payload();
    if (!reply.cut_at) {
      http::write(socket, response, error);
      return !error && response.keep_alive();
    }
    http::response_serializer<http::string_body> serializer(response);
    http::write_header(socket, serializer, error);
    if (!error) asio::write(socket, asio::buffer(reply.body, *reply.cut_at), error);
    return false;
  }

  std::unique_ptr<asio::io_context> context_;
  Tcp::acceptor acceptor_;
  Tcp::endpoint endpoint_;
  Instant wall_start_;
  std::chrono::steady_clock::time_point steady_start_;

  std::mutex simulator_mutex_;
  Simulator simulator_;

  std::mutex connections_mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::list<Connection> connections_;
  std::thread accepting_;
};

}  // namespace

tl::expected<std::unique_ptr<SimulatorServer>, std::string> SimulatorServer::Start(const Scenario& scenario,
                                                                                   const ServerOptions& options) {
  const auto endpoint = ParseEndpoint(options.listen);
  if (!endpoint) return tl::unexpected(endpoint.error());
  if (!endpoint->address().is_loopback() && !options.allow_remote) {
    return tl::unexpected("cannot listen on '" + options.listen +
                          "': it is not a loopback address, and whoever reaches the simulator controls it; "
                          "--allow-remote allows it");
  }
  auto context = std::make_unique<asio::io_context>();
  Tcp::acceptor acceptor(*context);
  error_code error;
  acceptor.open(endpoint->protocol(), error);
  if (!error) acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(*endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return tl::unexpected("cannot listen on '" + options.listen + "': " + error.message());
  return std::make_unique<BeastServer>(scenario, std::move(acceptor), std::move(context));
}

}  // namespace simulator
