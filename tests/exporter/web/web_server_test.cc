#include "exporter/web/web_server.h"

#include <gmock/gmock.h>

#include <future>
#include <thread>

#include "tests/support/http_client.h"

namespace exporter::web {
namespace {

using support::Get;
using support::HttpConnection;
using support::HttpReply;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

std::shared_ptr<const std::string> Piece(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

/// Answers with what was asked, so that a test sees what the handler saw.
Response Echo(const Request& request) {
  Response response;
  response.headers.emplace_back("Vary", "Accept");
  response.body = {Piece(request.method + " " + request.path), Piece(""),
                   Piece(" [" + request.accept + "] [" + request.accept_encoding + "]")};
  return response;
}

class WebServerTest : public ::testing::Test {
 protected:
  /// Serves and returns the address.
  std::string Serve(Handler handler = Echo, WebServerOptions options = {}) {
    if (options.listen_addresses.empty()) options.listen_addresses = {"127.0.0.1:0"};
    auto server = WebServer::Start(options, std::move(handler));
    if (!server) {
      ADD_FAILURE() << server.error();
      return "127.0.0.1:1";
    }
    server_ = std::move(*server);
    return server_->addresses().front();
  }

  std::unique_ptr<WebServer> server_;
};

bool HasIpv6() {
  return WebServer::Start({.listen_addresses = {"[::1]:0"}}, Echo).has_value();
}

std::string StartError(const std::string& address) {
  const auto server = WebServer::Start({.listen_addresses = {address}}, Echo);
  return server ? "(it serves on " + (*server)->addresses().front() + ")" : server.error();
}

TEST_F(WebServerTest, AnswersAGet) {
  const HttpReply reply = Get(Serve(), "/metrics?x=1", {{"Accept", "text/plain"}, {"Accept-Encoding", "gzip"}});
  EXPECT_EQ(reply.error, "");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "GET /metrics [text/plain] [gzip]");
  EXPECT_EQ(reply.headers.at("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(reply.headers.at("content-length"), std::to_string(reply.body.size()));
  EXPECT_EQ(reply.headers.at("vary"), "Accept");
  EXPECT_THAT(reply.headers.at("date"),
              ::testing::MatchesRegex("[A-Z][a-z][a-z], [0-9][0-9] [A-Z][a-z][a-z] 20[0-9][0-9] "
                                      "[0-9][0-9]:[0-9][0-9]:[0-9][0-9] GMT"));
}

TEST_F(WebServerTest, JoinsRepeatedAcceptHeaders) {
  const HttpReply reply = Get(Serve(), "/", {{"Accept", "a/b"}, {"accept", "c/d;q=0.5"}});
  EXPECT_EQ(reply.body, "GET / [a/b, c/d;q=0.5] []");
}

TEST_F(WebServerTest, GivesAHeadTheHeadersOfTheGet) {
  HttpConnection connection(Serve());
  const HttpReply head = connection.Request("HEAD", "/x");
  EXPECT_EQ(head.status, 200) << head.error;
  EXPECT_EQ(head.headers.at("content-length"), std::to_string(std::string("HEAD /x [] []").size()));
  EXPECT_EQ(connection.Request("GET", "/y").body, "GET /y [] []") << "no body may stand between the two";
}

TEST_F(WebServerTest, KeepsAConnectionForManyRequests) {
  HttpConnection connection(Serve());
  for (int round = 0; round < 50; ++round) {
    const std::string path = std::string("/").append(std::to_string(round));
    const HttpReply reply = connection.Request("GET", path);
    ASSERT_EQ(reply.body, "GET " + path + " [] []") << reply.error;
    ASSERT_EQ(reply.headers.at("connection"), "keep-alive");
  }
}

TEST_F(WebServerTest, ClosesWhenAskedTo) {
  HttpConnection connection(Serve());
  const HttpReply reply = connection.Request("GET", "/", {{"Connection", "close"}});
  EXPECT_EQ(reply.headers.at("connection"), "close");
  EXPECT_TRUE(connection.IsClosedByPeer()) << connection.error();
}

TEST_F(WebServerTest, ClosesAfterAnswerToHttp10) {
  HttpConnection connection(Serve());
  connection.SendRaw("GET /old HTTP/1.0\r\n\r\n");
  EXPECT_EQ(connection.ReadReply().body, "GET /old [] []");
  EXPECT_TRUE(connection.IsClosedByPeer()) << connection.error();
}

TEST_F(WebServerTest, AnswersPipelinedRequestsInOrder) {
  HttpConnection connection(Serve());
  std::string requests;
  for (int at = 0; at < 100; ++at) requests += "GET /" + std::to_string(at) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  connection.SendRaw(requests);
  for (int at = 0; at < 100; ++at) {
    ASSERT_EQ(connection.ReadReply().body, "GET /" + std::to_string(at) + " [] []") << connection.error();
  }
}

TEST_F(WebServerTest, UnderstandsARequestThatArrivesByteByByte) {
  HttpConnection connection(Serve());
  for (const char c : std::string("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")) connection.SendRaw(std::string(1, c));
  EXPECT_EQ(connection.ReadReply().body, "GET /slow [] []") << connection.error();
}

TEST_F(WebServerTest, UndoesPercentEncoding) {
  EXPECT_EQ(Get(Serve(), "/a%20b%2Fc?d=%zz").body, "GET /a b/c [] []");
}

TEST_F(WebServerTest, RefusesOtherMethodsAndSaysWhichItServes) {
  HttpConnection connection(Serve());
  connection.SendRaw("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
  const HttpReply reply = connection.ReadReply();
  EXPECT_EQ(reply.status, 405) << reply.error;
  EXPECT_EQ(reply.headers.at("allow"), "GET, HEAD");
  EXPECT_EQ(connection.Request("GET", "/next").body, "GET /next [] []") << "the body was read";
  EXPECT_EQ(Get(server_->addresses().front(), "/").status, 200);
  for (const char* method : {"DELETE", "PUT", "OPTIONS", "BREW"}) {
    EXPECT_EQ(HttpConnection(server_->addresses().front()).Request(method, "/").status, 405) << method;
  }
}

TEST_F(WebServerTest, RefusesAPostThatWaitsForPermission) {
  HttpConnection connection(Serve());
  connection.SendRaw("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(connection.ReadReply().status, 405) << connection.error();
  EXPECT_TRUE(connection.IsClosedByPeer()) << connection.error();
}

TEST_F(WebServerTest, RefusesWhatIsMalformed) {
  const std::string address = Serve();
  for (const char* request :
       {"\x16\x03\x01 hello\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "GET nowhere HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"}) {
    HttpConnection connection(address);
    connection.SendRaw(request);
    EXPECT_EQ(connection.ReadReply().status, 400) << request << ": " << connection.error();
  }
  EXPECT_EQ(Get(address, "/").status, 200);
}

TEST_F(WebServerTest, RefusesAHeaderOfMoreThan16KiB) {
  const std::string address = Serve();
  EXPECT_EQ(Get(address, "/", {{"X", std::string(15'000, 'x')}}).status, 200);
  EXPECT_EQ(Get(address, "/", {{"X", std::string(17'000, 'x')}}).status, 431);
  EXPECT_EQ(Get(address, "/" + std::string(100'000, 'x')).status, 431);
}

TEST_F(WebServerTest, RefusesABodyOfMoreThan8KiB) {
  const std::string address = Serve();
  HttpConnection declared(address);
  declared.SendRaw("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n" + std::string(9000, 'x'));
  EXPECT_EQ(declared.ReadReply().status, 413) << declared.error();
  HttpConnection chunked(address);
  chunked.SendRaw("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2400\r\n" +
                  std::string(0x2400, 'x') + "\r\n0\r\n\r\n");
  EXPECT_EQ(chunked.ReadReply().status, 413) << chunked.error();
}

TEST_F(WebServerTest, AnswersWith500WhenTheHandlerFails) {
  const std::string address = Serve([](const Request& request) -> Response {
    if (request.path == "/bad") throw std::runtime_error("broken");
    return Echo(request);
  });
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(Get(address, "/bad").status, 500);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("problem=broken"));
  EXPECT_EQ(Get(address, "/good").status, 200);
}

TEST_F(WebServerTest, SendsManyPiecesInOrder) {
  Response response;
  std::string expected;
  for (int at = 0; at < 1000; ++at) {
    response.body.push_back(Piece(std::to_string(at) + ":" + std::string(static_cast<std::size_t>(at), 'x') + "\n"));
    expected += *response.body.back();
  }
  EXPECT_EQ(Get(Serve([&](const Request&) { return response; }), "/").body, expected);
}

TEST_F(WebServerTest, SendsWithoutCopyingAndLetsGoAfterwards) {
  const auto piece = Piece(std::string(1'000'000, 'x'));
  HttpConnection connection(Serve([&](const Request&) {
    Response response;
    response.body.assign(30, piece);
    return response;
  }));
  EXPECT_EQ(connection.Request("GET", "/").body.size(), 30'000'000u) << connection.error();
  connection.SendRaw("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(connection.ReadReply(false).status, 200) << connection.error();
  server_->Stop(0ms);
  EXPECT_EQ(piece.use_count(), 1);
}

TEST_F(WebServerTest, ServesOthersWhileOneStopsReading) {
  const auto piece = Piece(std::string(1'000'000, 'x'));
  const std::string address = Serve([&](const Request& request) {
    Response response = Echo(request);
    if (request.path == "/large") response.body.assign(64, piece);
    return response;
  });
  HttpConnection stuck(address, 65536);
  stuck.SendRaw("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  for (int round = 0; round < 10; ++round) EXPECT_EQ(Get(address, "/small").body, "GET /small [] []");
  EXPECT_GT(piece.use_count(), 60) << "the page should wait in the server by reference";
}

TEST_F(WebServerTest, DropsAReaderThatStopsReading) {
  const auto piece = Piece(std::string(1'000'000, 'x'));
  std::promise<void> asked;
  HttpConnection stuck(Serve(
                           [&](const Request&) {
                             asked.set_value();
                             Response response;
                             response.body.assign(64, piece);
                             return response;
                           },
                           {.idle_timeout = 200ms}),
                       65536);
  stuck.SendRaw("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  asked.get_future().wait();
  // With the reader the server lets go of the page; nothing else shows from outside that it has dropped it.
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (piece.use_count() > 1 && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(5ms);
  EXPECT_EQ(piece.use_count(), 1) << "the reader that reads nothing still holds the page after 10 s";
  EXPECT_NE(stuck.ReadReply().error, "") << "the reader cannot have got everything";
}

TEST_F(WebServerTest, DropsAConnectionThatNeverFinishesItsRequest) {
  HttpConnection connection(Serve(Echo, {.idle_timeout = 100ms}));
  connection.SendRaw("GET / HTTP/1.1\r\nHost:");
  EXPECT_TRUE(connection.IsClosedByPeer()) << connection.error();
}

TEST_F(WebServerTest, DropsAConnectionThatAsksNothing) {
  HttpConnection connection(Serve(Echo, {.idle_timeout = 100ms}));
  EXPECT_TRUE(connection.IsClosedByPeer()) << connection.error();
}

TEST_F(WebServerTest, ClosesTheConnectionThatIsIdleLongestWhenThereAreTooMany) {
  const std::string address = Serve(Echo, {.max_connections = 2});
  HttpConnection first(address);
  EXPECT_EQ(first.Request("GET", "/").status, 200);
  HttpConnection second(address);
  EXPECT_EQ(second.Request("GET", "/").status, 200);
  EXPECT_EQ(Get(address, "/").status, 200);
  EXPECT_TRUE(first.IsClosedByPeer()) << first.error();
  EXPECT_EQ(second.Request("GET", "/").status, 200) << second.error();
}

TEST_F(WebServerTest, Answers503WhenAllConnectionsAreBusy) {
  const std::string address = Serve(Echo, {.max_connections = 1});
  HttpConnection busy(address);
  busy.SendRaw("GET /");
  // Busy from the moment at which the server has read that; until then it may be the one that is closed as idle.
  HttpReply reply;
  HttpConnection* occupant = &busy;
  std::vector<std::unique_ptr<HttpConnection>> more;
  for (int attempt = 0; attempt < 100 && reply.status != 503; ++attempt) {
    auto next = std::make_unique<HttpConnection>(address);
    reply = next->Request("GET", "/");
    more.push_back(std::move(next));
    if (reply.status == 503) break;
    more.push_back(std::make_unique<HttpConnection>(address));
    occupant = more.back().get();
    occupant->SendRaw("GET /");
  }
  ASSERT_EQ(reply.status, 503);
  EXPECT_EQ(reply.headers.at("retry-after"), "1");
  EXPECT_TRUE(more.back()->IsClosedByPeer());
  occupant->SendRaw(" HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(occupant->ReadReply().status, 200) << occupant->error();
}

TEST_F(WebServerTest, ServesTwentyReadersAtOnce) {
  const auto piece = Piece(std::string(100'000, 'x'));
  const std::string address = Serve([&](const Request&) {
    Response response;
    response.body.assign(20, piece);
    return response;
  });
  std::vector<std::future<std::string>> readers;
  for (int reader = 0; reader < 20; ++reader) {
    readers.push_back(std::async(std::launch::async, [&] {
      HttpConnection connection(address);
      for (int round = 0; round < 5; ++round) {
        const HttpReply reply = connection.Request("GET", "/");
        if (reply.body.size() != 2'000'000) return "round " + std::to_string(round) + ": " + reply.error;
      }
      return std::string("whole");
    }));
  }
  for (auto& reader : readers) EXPECT_EQ(reader.get(), "whole");
}

TEST_F(WebServerTest, ListensOnIpv4AndIpv6WithoutAHost) {
  if (!HasIpv6()) GTEST_SKIP() << "this machine has no IPv6";
  Serve(Echo, {.listen_addresses = {":0"}});
  const std::string address = server_->addresses().front();
  ASSERT_TRUE(address.starts_with("[::]:")) << address;
  EXPECT_EQ(Get(address, "/six").body, "GET /six [] []");
  EXPECT_EQ(Get("127.0.0.1:" + address.substr(5), "/four").body, "GET /four [] []");
}

TEST_F(WebServerTest, ListensOnAnIpv6Address) {
  if (!HasIpv6()) GTEST_SKIP() << "this machine has no IPv6";
  const std::string address = Serve(Echo, {.listen_addresses = {"[::1]:0"}});
  ASSERT_TRUE(address.starts_with("[::1]:")) << address;
  EXPECT_EQ(Get(address, "/").status, 200);
}

TEST_F(WebServerTest, ListensOnSeveralAddresses) {
  Serve(Echo, {.listen_addresses = {"127.0.0.1:0", "localhost:0"}});
  ASSERT_EQ(server_->addresses().size(), 2u);
  for (const std::string& address : server_->addresses()) EXPECT_EQ(Get(address, "/").status, 200) << address;
}

TEST_F(WebServerTest, SaysWhichAddressIsInUse) {
  const std::string address = Serve();
  std::string expected = "cannot listen on ";
  expected += address;
  expected += ": Address already in use; stop what holds the port, or choose another address";
  EXPECT_EQ(StartError(address), expected);
}

TEST_F(WebServerTest, SaysWhatIsWrongWithAnAddress) {
  EXPECT_THAT(StartError("19877"), HasSubstr("listen address '19877': has no port; expected HOST:PORT"));
  EXPECT_THAT(StartError("192.0.2.1:0"), HasSubstr("cannot listen on 192.0.2.1:0: Cannot assign requested address; "
                                                   "this machine has no such address"));
}

TEST_F(WebServerTest, EndsIdleConnectionsAtOnceWhenItStops) {
  HttpConnection connection(Serve());
  EXPECT_EQ(connection.Request("GET", "/").status, 200);
  server_->Stop(30s);
  EXPECT_TRUE(connection.IsClosedByPeer()) << connection.error();
  EXPECT_NE(Get(server_->addresses().front(), "/").error, "");
  server_->Stop(0ms);
}

/// A request for more than the sockets' buffers hold, whose answer nobody reads yet.
class WebServerStopTest : public WebServerTest {
 protected:
  WebServerStopTest() {
    address_ = Serve([this](const Request&) {
      asked_.set_value();
      Response response;
      response.body.assign(kPieces, piece_);
      return response;
    });
    reader_ = std::make_unique<HttpConnection>(address_, 65536);
    reader_->SendRaw("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    asked_.get_future().wait();
  }
  static constexpr std::size_t kPieces = 24;
  const std::shared_ptr<const std::string> piece_ = Piece(std::string(1'000'000, 'x'));
  std::promise<void> asked_;
  std::string address_;
  std::unique_ptr<HttpConnection> reader_;
};

TEST_F(WebServerStopTest, LetsAnAnswerUnderWayEnd) {
  std::jthread stopping([&] { server_->Stop(30s); });
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (HttpConnection(address_).error().empty()) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "new connections are still taken";
  }
  const HttpReply reply = reader_->ReadReply();
  EXPECT_EQ(reply.body.size(), kPieces * piece_->size()) << reply.error;
  stopping.join();
  EXPECT_EQ(piece_.use_count(), 1);
}

TEST_F(WebServerStopTest, CutsAnAnswerOffWhenTheGraceIsOver) {
  server_->Stop(10ms);
  EXPECT_EQ(piece_.use_count(), 1);
  EXPECT_NE(reader_->ReadReply().error, "");
}

}  // namespace
}  // namespace exporter::web
