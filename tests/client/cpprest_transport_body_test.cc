#include <gtest/gtest.h>

#include "client/cpprest_transport.h"
#include "tests/support/raw_server.h"
#include "tests/support/transport_calls.h"

namespace workers_builds {
namespace {

using testing::AskServerThatSends;
using testing::ExpectFailure;
using testing::Get;
using testing::HttpAnswer;
using testing::RawConnection;
using testing::RawServer;
using testing::ToString;
using testing::TransportTo;
using Kind = TransportError::Kind;

TEST(CpprestTransportBody, ReadsAChunkedBody) {
  const auto result =
      AskServerThatSends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
  ASSERT_TRUE(result.has_value()) << ToString(result);
  EXPECT_EQ(result->body, "abcdefg");
}

TEST(CpprestTransportBody, ABodyWithoutALengthEndsWithTheConnection) {
  const auto result = AskServerThatSends("HTTP/1.1 200 OK\r\n\r\nabc");
  ASSERT_TRUE(result.has_value()) << ToString(result);
  EXPECT_EQ(result->body, "abc");
}

TEST(CpprestTransportBody, ABodyThatEndsEarlyIsABrokenConnection) {
  ExpectFailure(AskServerThatSends("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), Kind::kConnect);
  ExpectFailure(AskServerThatSends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), Kind::kConnect);
  ExpectFailure(AskServerThatSends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"), Kind::kConnect);
}

TEST(CpprestTransportBody, ALengthThatIsNoNumberIsABrokenConnection) {
  for (const auto* length : {"abc", "-1", "", "3\r\nContent-Length: 5", "99999999999999999999999"}) {
    const auto result = AskServerThatSends("HTTP/1.1 200 OK\r\nContent-Length: " + std::string(length) + "\r\n\r\nabc");
    ExpectFailure(result, Kind::kConnect);
  }
}

TEST(CpprestTransportBody, AnAnswerWithoutABodyIsComplete) {
  for (const auto* answer :
       {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n"}) {
    const auto result = AskServerThatSends(answer);
    ASSERT_TRUE(result.has_value()) << ToString(result);
    EXPECT_EQ(result->body, "");
  }
}

TEST(CpprestTransportBody, ACompressedBodyThatNobodyAskedForIsLeftAsItIs) {
  const auto result = AskServerThatSends(HttpAnswer("200 OK", "\x1F\x8B\x08", "Content-Encoding: gzip\r\n"));
  ASSERT_TRUE(result.has_value()) << ToString(result);
  EXPECT_EQ(result->body, "\x1F\x8B\x08");
}

TEST(CpprestTransportBody, AnAnswerThatIsNotHttpIsABrokenConnection) {
  ExpectFailure(AskServerThatSends("SSH-2.0-OpenSSH_9.2\r\n\r\n"), Kind::kConnect);
  ExpectFailure(AskServerThatSends(""), Kind::kConnect);
  ExpectFailure(AskServerThatSends("HTTP/1.1 200 OK\r\nContent-"), Kind::kConnect);
  ExpectFailure(AskServerThatSends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n"),
                Kind::kConnect);
}

TEST(CpprestTransportBody, AResetIsABrokenConnection) {
  RawServer server([](RawConnection& connection) {
    connection.ReadRequest();
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    connection.Reset();
  });
  ExpectFailure(TransportTo(server)->Send(Get("/x"), {}), Kind::kConnect);
}

TEST(CpprestTransportBody, ABodyAboveTheCapIsGivenUp) {
  const std::string body(200'000, 'x');
  const auto chunk = "30d40\r\n" + body + "\r\n";
  for (const auto& answer :
       {HttpAnswer("200 OK", body), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + "0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n" + body}) {
    ExpectFailure(AskServerThatSends(answer, 199'999), Kind::kTooLarge);
    const auto fits = AskServerThatSends(answer, 200'000);
    ASSERT_TRUE(fits.has_value()) << ToString(fits);
    EXPECT_EQ(fits->body.size(), 200'000U);
  }
}

TEST(CpprestTransportBody, AnEndlessBodyIsGivenUpAtTheCap) {
  RawServer server([](RawConnection& connection) {
    connection.ReadRequest();
    connection.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "1000\r\n" + std::string(0x1000, 'x') + "\r\n";
    while (connection.Send(chunk)) {
    }
  });
  ExpectFailure(TransportTo(server, 100'000)->Send(Get("/x"), {}), Kind::kTooLarge);
}

}  // namespace
}  // namespace workers_builds
