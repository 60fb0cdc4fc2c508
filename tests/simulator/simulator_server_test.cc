#include "tests/simulator/simulator_server.h"

#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "tests/simulator/raw_http.h"
#include "tests/simulator/test_support.h"

namespace simulator {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class SimulatorServerTest : public ::testing::Test {
 protected:
  static std::string DiscoveryRequest(const std::string& more = "") {
    return "GET " + kAccountPath + "/workers/scripts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer simulated-token\r\n" +
           more + "\r\n";
  }
  void Queue(FaultKind kind, std::chrono::milliseconds delay = std::chrono::milliseconds(0)) {
    FaultOrder order;
    order.kind = kind;
    order.delay = delay;
    server_->With([&](Simulator& simulator) { simulator.faults().Queue(order); });
  }
  std::uint16_t port() const { return PortOf(server_->base_url()); }

  std::unique_ptr<SimulatorServer> server_ = SimulatorServer::Start(QuietScenario(), {}).value();
};

TEST_F(SimulatorServerTest, AnswersSeveralRequestsOnOneConnection) {
  RawConnection connection(port());
  ASSERT_TRUE(connection.connected()) << server_->base_url();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(connection.Send(DiscoveryRequest()));
    const std::string answer = connection.ReadUntil("\"messages\":[]}");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n")) << "request " << i;
    EXPECT_THAT(answer, HasSubstr("\"id\":\"shop\""));
  }
}

TEST_F(SimulatorServerTest, ClosesWhenTheCallerAsksForIt) {
  RawConnection connection(port());
  ASSERT_TRUE(connection.Send(DiscoveryRequest("Connection: close\r\n")));
  EXPECT_THAT(connection.ReadToEnd(), EndsWith("\"messages\":[]}"));
  EXPECT_EQ(connection.error(), 0);
}

TEST_F(SimulatorServerTest, TakesABodyOnTheControlEndpoints) {
  const std::string body = R"({"script": "shop"})";
  RawConnection connection(port());
  ASSERT_TRUE(connection.Send("POST /_simulator/builds HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
                              std::to_string(body.size()) + "\r\n\r\n" + body));
  EXPECT_THAT(connection.ReadToEnd(), HasSubstr("{\"build_uuids\":[\""));
}

TEST_F(SimulatorServerTest, ResetsAConnectionWithoutAByte) {
  Queue(FaultKind::kReset);
  RawConnection connection(port());
  ASSERT_TRUE(connection.Send(DiscoveryRequest()));
  EXPECT_EQ(connection.ReadToEnd(), "");
  EXPECT_EQ(connection.error(), ECONNRESET);
}

TEST_F(SimulatorServerTest, CutsABodyAgainstItsContentLength) {
  Queue(FaultKind::kTruncated);
  RawConnection connection(port());
  ASSERT_TRUE(connection.Send(DiscoveryRequest()));
  const std::string answer = connection.ReadToEnd();
  const auto length_at = answer.find("Content-Length: ");
  ASSERT_NE(length_at, std::string::npos) << answer;
  const std::size_t promised = std::stoul(answer.substr(length_at + 16));
  EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, promised / 2);
}

TEST_F(SimulatorServerTest, EndsWhileACallerWaitsForASlowAnswer) {
  Queue(FaultKind::kSlow, std::chrono::hours(1));
  RawConnection connection(port());
  ASSERT_TRUE(connection.Send(DiscoveryRequest()));
  bool used = false;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!used && std::chrono::steady_clock::now() < deadline) {
    server_->With([&](Simulator& simulator) { used = simulator.faults().all_used(); });
    std::this_thread::yield();
  }
  ASSERT_TRUE(used) << "the request did not arrive within 10 s";
  server_.reset();
  EXPECT_EQ(connection.ReadToEnd(), "");
}

TEST_F(SimulatorServerTest, ServesManyConnectionsAtOnce) {
  std::atomic<int> good = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 100; ++i) {  // more than are served at a time
    callers.emplace_back([&] {
      RawConnection connection(port());
      const bool sent = connection.Send(DiscoveryRequest("Connection: close\r\n"));
      if (sent && connection.ReadToEnd().starts_with("HTTP/1.1 200")) ++good;
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(good, 100);
}

TEST(SimulatorServerStartTest, RefusesWhatItCannotListenOn) {
  const auto problem = [](const std::string& listen) {
    ServerOptions options;
    options.listen = listen;
    const auto server = SimulatorServer::Start(QuietScenario(), options);
    return server ? "it listens on " + (*server)->base_url() : server.error();
  };
  EXPECT_THAT(problem("0.0.0.0:0"), HasSubstr("is not a loopback address"));
  EXPECT_THAT(problem("0.0.0.0:0"), HasSubstr("--allow-remote"));
  EXPECT_THAT(problem("127.0.0.1"), HasSubstr("expected ADDRESS:PORT"));
  EXPECT_THAT(problem("127.0.0.1:70000"), HasSubstr("the port is a number from 0 to 65535"));
  EXPECT_THAT(problem("shop:80"), HasSubstr("'shop' is not an IP address"));
  const auto first = SimulatorServer::Start(QuietScenario(), {}).value();
  EXPECT_THAT(problem("127.0.0.1:" + std::to_string(PortOf(first->base_url()))), HasSubstr("in use"));
}

}  // namespace
}  // namespace simulator
