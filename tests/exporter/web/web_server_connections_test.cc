#include <future>
#include <thread>
#include <vector>

#include "tests/exporter/web/web_server_fixture.h"

namespace exporter::web {
namespace {

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
                             Response response;
                             response.body.assign(64, piece);
                             asked.set_value();
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
