#include "client/cpprest_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/support/raw_server.h"
#include "tests/support/transport_calls.h"

namespace workers_builds {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::AnswerAll;
using testing::AskServerThatSends;
using testing::ExpectFailure;
using testing::Get;
using ::testing::HasSubstr;
using testing::HttpAnswer;
using testing::kPatience;
using testing::MakeTransport;
using ::testing::Not;
using testing::RawConnection;
using testing::RawServer;
using ::testing::StartsWith;
using testing::ToString;
using testing::TransportTo;
using Kind = TransportError::Kind;

TEST(CpprestTransport, GivesStatusHeadersAndBody) {
  const auto result =
      AskServerThatSends(HttpAnswer("200 OK", "{\"a\":1}", "CF-Ray: 8a-FRA\r\nX-Two: 1\r\nX-Two: 2\r\n"));
  ASSERT_TRUE(result.has_value()) << ToString(result);
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(result->body, "{\"a\":1}");
  EXPECT_EQ(result->headers.at("cf-ray"), "8a-FRA");
  EXPECT_EQ(result->headers.at("x-two"), "1, 2");
}

TEST(CpprestTransport, AppendsTheTargetToThePathOfTheBaseUrlAsItIs) {
  RawServer server(AnswerAll("{}"));
  auto request = Get("/accounts/a%2Fb/builds?external_script_ids=a,b%2C&x=%25");
  request.headers = {{"authorization", "Bearer t"}, {"user-agent", "workers_builds_exporter/1"}};
  ASSERT_TRUE(TransportTo(server)->Send(request, {}).has_value());
  const auto head = server.requests().at(0);
  EXPECT_THAT(head, StartsWith("GET /client/v4/accounts/a%2Fb/builds?external_script_ids=a,b%2C&x=%25 HTTP/1.1\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nHost: " + server.address() + "\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nauthorization:Bearer t\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nuser-agent:workers_builds_exporter/1\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("ccept-Encoding")));
  EXPECT_THAT(head, Not(HasSubstr("cpprestsdk")));
}

TEST(CpprestTransport, SendsABody) {
  RawServer server([&](RawConnection& connection) {
    connection.ReadRequest();
    connection.Send(HttpAnswer("200 OK", "{}"));
    connection.WaitForPeerToClose();
  });
  auto request = Get("/x");
  request.method = "POST";
  request.body = "{\"branch\":\"\"}";
  request.headers = {{"content-type", "application/json"}};
  ASSERT_TRUE(TransportTo(server)->Send(request, {}).has_value());
  EXPECT_THAT(server.requests().at(0), StartsWith("POST "));
  EXPECT_THAT(server.requests().at(0), HasSubstr("\r\nContent-Length:13\r\n"));
  EXPECT_THAT(server.requests().at(0), HasSubstr("\r\nContent-Type:application/json\r\n"));
}

TEST(CpprestTransport, AnErrorStatusIsAValue) {
  for (const int status : {400, 401, 404, 429, 500, 503}) {
    const auto result = AskServerThatSends(HttpAnswer(std::to_string(status) + " X", "no"));
    ASSERT_TRUE(result.has_value()) << ToString(result);
    EXPECT_EQ(result->status, status);
    EXPECT_EQ(result->body, "no");
  }
}

TEST(CpprestTransport, ARedirectIsAValueAndNotFollowed) {
  RawServer elsewhere([](RawConnection& connection) { connection.Send(HttpAnswer("200 OK", "followed")); });
  const auto location = "http://" + elsewhere.address() + "/";
  for (const int status : {301, 302, 303, 307, 308}) {
    const auto result =
        AskServerThatSends(HttpAnswer(std::to_string(status) + " Moved", "", "Location: " + location + "\r\n"));
    ASSERT_TRUE(result.has_value()) << ToString(result);
    EXPECT_EQ(result->status, status);
    EXPECT_EQ(result->headers.at("location"), location);
  }
  EXPECT_EQ(elsewhere.connections(), 0);
}

TEST(CpprestTransport, APortWhereNobodyListensIsNoConnection) {
  std::string address;
  {
    RawServer gone([](RawConnection&) {});
    address = gone.address();
  }
  CpprestTransportOptions options;
  options.base_url = "http://" + address;
  ExpectFailure(MakeTransport(options)->Send(Get("/x"), {}), Kind::kConnect);
}

TEST(CpprestTransport, TheDeadlineEndsASilentServer) {
  RawServer server([](RawConnection& connection) { connection.WaitForPeerToClose(); });
  const auto start = steady_clock::now();
  ExpectFailure(TransportTo(server)->Send(Get("/x", milliseconds(100)), {}), Kind::kTimeout);
  EXPECT_GE(steady_clock::now() - start, milliseconds(100));
  EXPECT_LT(steady_clock::now() - start, kPatience);
}

/// Sends `start` and then `drop` every few milliseconds for as long as the client stays.
RawServer::Script Trickle(std::string start, std::string drop) {
  return [start = std::move(start), drop = std::move(drop)](RawConnection& connection) {
    connection.ReadRequest();
    connection.Send(start);
    while (connection.Send(drop)) std::this_thread::sleep_for(milliseconds(5));
  };
}

TEST(CpprestTransport, TheDeadlineEndsATricklingAnswer) {
  for (const auto& start : {"HTTP/1.1 200 OK\r\nX-Slow: ", "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"}) {
    RawServer server(Trickle(start, "x"));
    ExpectFailure(TransportTo(server)->Send(Get("/x", milliseconds(150)), {}), Kind::kTimeout);
  }
  RawServer server(Trickle("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"));
  ExpectFailure(TransportTo(server)->Send(Get("/x", milliseconds(150)), {}), Kind::kTimeout);
}

TEST(CpprestTransport, AStopEndsAHangingCallAtOnceAndClosesItsConnection) {
  std::stop_source stop;
  std::atomic<bool> closed = false;
  {
    RawServer server([&](RawConnection& connection) {
      connection.ReadRequest();
      stop.request_stop();
      closed = connection.WaitForPeerToClose();
    });
    const auto transport = TransportTo(server);
    const auto start = steady_clock::now();
    ExpectFailure(transport->Send(Get("/x"), stop.get_token()), Kind::kCancelled);
    EXPECT_LT(steady_clock::now() - start, kPatience / 2);
    const auto deadline = steady_clock::now() + kPatience;
    while (!closed && steady_clock::now() < deadline) std::this_thread::yield();
  }
  EXPECT_TRUE(closed) << "the client left the connection of a call that it gave up open";
}

TEST(CpprestTransport, ACallThatIsStoppedBeforeItBeginsSendsNothing) {
  RawServer server([](RawConnection&) {});
  std::stop_source stop;
  stop.request_stop();
  ExpectFailure(TransportTo(server)->Send(Get("/x"), stop.get_token()), Kind::kCancelled);
  EXPECT_EQ(server.connections(), 0);
}

TEST(CpprestTransport, KeepsConnectionsForLaterCalls) {
  RawServer server(AnswerAll("{}"));
  const auto transport = TransportTo(server);
  constexpr int kCalls = 50;
  for (int i = 0; i < kCalls; ++i) ASSERT_TRUE(transport->Send(Get("/x"), {}).has_value());
  // The library hands a connection back a moment after the answer, so that the next call can just miss it.
  EXPECT_LT(server.connections(), kCalls / 2);
}

TEST(CpprestTransport, AConnectionThatTheServerClosedInBetweenIsReplaced) {
  // Every connection serves one request, although its answer promises to stay.
  RawServer server([](RawConnection& connection) {
    connection.ReadRequest();
    connection.Send(HttpAnswer("200 OK", "{}", "Connection: keep-alive\r\n"));
  });
  const auto transport = TransportTo(server);
  for (int i = 0; i < 20; ++i) {
    auto result = transport->Send(Get("/x"), {});
    // Kept connections are lost one by one; the exporter, too, tries a call three times more.
    for (int retry = 0; !result && retry < 3; ++retry) {
      ExpectFailure(result, Kind::kConnect);
      result = transport->Send(Get("/x"), {});
    }
    ASSERT_TRUE(result.has_value()) << "call " << i << ": " << ToString(result);
  }
}

TEST(CpprestTransport, AFailedCallDoesNotSpoilTheNext) {
  std::atomic<int> calls = 0;
  RawServer server([&](RawConnection& connection) {
    connection.ReadRequest();
    if (calls++ == 0) {
      connection.WaitForPeerToClose();
    } else {
      connection.Send(HttpAnswer("200 OK", "{}"));
    }
  });
  const auto transport = TransportTo(server);
  ExpectFailure(transport->Send(Get("/x", milliseconds(50)), {}), Kind::kTimeout);
  const auto next = transport->Send(Get("/x"), {});
  EXPECT_TRUE(next.has_value()) << ToString(next);
}

TEST(CpprestTransport, ServesCallsOfSeveralThreadsAtOnce) {
  // No answer before all four requests are there: calls one after the other would time out.
  std::atomic<int> arrived = 0;
  RawServer server([&](RawConnection& connection) {
    connection.ReadRequest();
    ++arrived;
    while (arrived < 4) std::this_thread::yield();
    connection.Send(HttpAnswer("200 OK", "{}"));
  });
  const auto transport = TransportTo(server);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto result = transport->Send(Get("/x"), {});
      EXPECT_TRUE(result.has_value()) << ToString(result);
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace workers_builds
