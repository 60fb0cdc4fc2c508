#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "client/cpprest_transport.h"
#include "tests/support/raw_server.h"
#include "tests/support/temporary_file.h"
#include "tests/support/test_certificates.h"
#include "tests/support/transport_calls.h"

namespace workers_builds {
namespace {

using testing::ExpectFailure;
using testing::Get;
using ::testing::HasSubstr;
using testing::HttpAnswer;
using testing::MakeTransport;
using testing::RawConnection;
using testing::RawServer;
using testing::TemporaryFile;
using testing::TestAuthority;
using testing::ToString;
using testing::TransportTo;
using Kind = TransportError::Kind;

/// Answers the first request of each connection, promises to stay, and takes the second one with it to the grave.
void LoseEverySecondRequest(RawConnection& connection) {
  connection.ReadRequest();
  connection.Send(HttpAnswer("200 OK", "{}", "Connection: keep-alive\r\n"));
  if (!connection.ReadRequest().empty()) connection.Reset();
}

struct Tally {
  std::size_t calls = 0;
  std::size_t lost = 0;
};

/// Calls until ten have been lost: whether a call meets a connection of an earlier one is up to the library.
Tally CallUntilTenAreLost(HttpTransport& transport, const HttpRequest& request) {
  Tally tally;
  while (tally.lost < 10 && tally.calls < 100) {
    const auto result = transport.Send(request, {});
    ++tally.calls;
    if (result) continue;
    ++tally.lost;
    ExpectFailure(result, Kind::kConnect);
    EXPECT_THAT(result.error().message, HasSubstr("closed the connection before it answered"));
  }
  return tally;
}

TEST(CpprestTransportResend, ARequestThatAKeptConnectionLostIsAnErrorAndNotSentAgain) {
  RawServer server(LoseEverySecondRequest);
  const auto transport = TransportTo(server);
  const Tally tally = CallUntilTenAreLost(*transport, Get("/x"));
  EXPECT_EQ(tally.lost, 10u);
  EXPECT_EQ(server.requests().size(), tally.calls);
}

TEST(CpprestTransportResend, ARequestWithABodyIsNotSentAgainEither) {
  std::atomic<std::size_t> bodies = 0;
  RawServer server([&](RawConnection& connection) {
    const auto read_request = [&] {
      const std::string head = connection.ReadRequest();
      if (!head.empty()) bodies += connection.ReadBytes(5) == "hello" ? 1 : 0;
      return head;
    };
    read_request();
    connection.Send(HttpAnswer("200 OK", "{}", "Connection: keep-alive\r\n"));
    if (!read_request().empty()) connection.Reset();
  });
  HttpRequest request = Get("/x");
  request.method = "POST";
  request.body = "hello";
  const auto transport = TransportTo(server);
  const Tally tally = CallUntilTenAreLost(*transport, request);
  EXPECT_EQ(tally.lost, 10u);
  EXPECT_EQ(server.requests().size(), tally.calls);
  EXPECT_EQ(bodies, tally.calls);
}

TEST(CpprestTransportResend, TheSameHoldsWithTls) {
  const TestAuthority authority;
  const TemporaryFile ca(authority.Pem());
  RawServer server(authority.Issue("DNS:localhost"), LoseEverySecondRequest);
  CpprestTransportOptions options;
  options.base_url = "https://localhost:" + std::to_string(server.port());
  options.ca_file = ca.path();
  const auto transport = MakeTransport(options);
  const Tally tally = CallUntilTenAreLost(*transport, Get("/x"));
  EXPECT_EQ(tally.lost, 10u);
  EXPECT_EQ(server.requests().size(), tally.calls);
}

TEST(CpprestTransportResend, CallsAfterALostOneGetConnectionsThatWork) {
  std::atomic<bool> lose_one = false;
  RawServer server([&](RawConnection& connection) {
    bool is_kept = false;
    while (!connection.ReadRequest().empty()) {
      if (is_kept && lose_one.exchange(false)) return connection.Reset();
      is_kept = connection.Send(HttpAnswer("200 OK", "{}"));
    }
  });
  const auto transport = TransportTo(server);
  for (int round = 0; round < 10; ++round) {
    lose_one = true;
    int calls = 0;
    while (transport->Send(Get("/x"), {}) && calls < 100) ++calls;
    ASSERT_LT(calls, 100) << "no call met a kept connection";
    for (int i = 0; i < 5; ++i) {
      const auto next = transport->Send(Get("/x"), {});
      ASSERT_TRUE(next.has_value()) << "call " << i << " after the lost one: " << ToString(next);
    }
  }
}

}  // namespace
}  // namespace workers_builds
