#include "exporter/web/web_server.h"

#include <future>

#include "tests/exporter/web/web_server_fixture.h"

namespace exporter::web {
namespace {

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

}  // namespace
}  // namespace exporter::web
