#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "client/cpprest_transport.h"
#include "tests/support/raw_server.h"
#include "tests/support/temporary_file.h"
#include "tests/support/test_certificates.h"
#include "tests/support/transport_calls.h"

namespace workers_builds {
namespace {

using testing::AnswerAll;
using testing::ExpectFailure;
using testing::Get;
using ::testing::HasSubstr;
using testing::HttpAnswer;
using testing::MakeTransport;
using ::testing::Not;
using testing::RawConnection;
using testing::RawServer;
using ::testing::StartsWith;
using testing::ToString;
using Kind = TransportError::Kind;

/// Sets a variable for one test; each test is a process of its own, or runs after the others.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const std::string& value) : name_(name) { ::setenv(name, value.c_str(), 1); }
  ~ScopedVariable() { ::unsetenv(name_); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  const char* const name_;
};

TEST(CpprestTransportProxy, APlainRequestGoesToTheProxyWithItsWholeUrl) {
  RawServer proxy(AnswerAll("by proxy"));
  CpprestTransportOptions options;
  options.base_url = "http://builds.test/client/v4";
  options.proxy_url = "http://" + proxy.address();
  const auto result = MakeTransport(options)->Send(Get("/x?y=1"), {});
  ASSERT_TRUE(result.has_value()) << ToString(result);
  EXPECT_EQ(result->body, "by proxy");
  EXPECT_THAT(proxy.requests().at(0), StartsWith("GET http://builds.test/client/v4/x?y=1 HTTP/1.1\r\n"));
  EXPECT_THAT(proxy.requests().at(0), HasSubstr("\r\nHost: builds.test\r\n"));
}

TEST(CpprestTransportProxy, ATlsRequestGoesThroughATunnelThatSeesNothingOfIt) {
  const testing::TestAuthority authority;
  const testing::TemporaryFile ca(authority.Pem());
  RawServer server(authority.Issue("DNS:builds.test"), AnswerAll("by tunnel"));
  RawServer proxy([&](RawConnection& connection) {
    connection.ReadRequest();
    connection.Send("HTTP/1.1 200 Connection established\r\n\r\n");
    connection.Tunnel(server.port());
  });
  CpprestTransportOptions options;
  options.base_url = "https://builds.test/client/v4";
  options.ca_file = ca.path();
  options.proxy_url = "http://user:p%40ss@" + proxy.address();
  auto request = Get("/x");
  request.headers = {{"authorization", "Bearer hidden"}};
  const auto result = MakeTransport(options)->Send(request, {});
  ASSERT_TRUE(result.has_value()) << ToString(result);
  EXPECT_EQ(result->body, "by tunnel");
  ASSERT_EQ(proxy.requests().size(), 1U);
  const auto connect = proxy.requests().at(0);
  EXPECT_THAT(connect, StartsWith("CONNECT builds.test:443 HTTP/1.1\r\n"));
  EXPECT_THAT(connect, HasSubstr("Proxy-Authorization: Basic dXNlcjpwQHNz\r\n"));
  EXPECT_THAT(connect, Not(HasSubstr("hidden")));
  EXPECT_THAT(server.requests().at(0), HasSubstr("authorization:Bearer hidden"));
  EXPECT_THAT(server.requests().at(0), Not(HasSubstr("Proxy-Authorization")));
}

TEST(CpprestTransportProxy, AProxyThatRefusesTheTunnelIsNoConnection) {
  RawServer proxy([](RawConnection& connection) {
    connection.ReadRequest();
    connection.Send(HttpAnswer("407 Proxy Authentication Required", ""));
  });
  CpprestTransportOptions options;
  options.base_url = "https://builds.test";
  options.proxy_url = "http://user:password@" + proxy.address();
  const auto result = MakeTransport(options)->Send(Get("/x"), {});
  ExpectFailure(result, Kind::kConnect);
  EXPECT_THAT(result.error().message, HasSubstr("407"));
  EXPECT_THAT(result.error().message, Not(HasSubstr("password")));
}

TEST(CpprestTransportProxy, TheDeadlineEndsATunnelThatHangs) {
  RawServer proxy([](RawConnection& connection) { connection.WaitForPeerToClose(); });
  CpprestTransportOptions options;
  options.base_url = "https://builds.test";
  options.proxy_url = proxy.address();
  ExpectFailure(MakeTransport(options)->Send(Get("/x", std::chrono::milliseconds(100)), {}), Kind::kTimeout);
}

TEST(CpprestTransportProxy, TheEnvironmentNamesTheProxyAsItIsAtConstruction) {
  RawServer proxy(AnswerAll("by proxy"));
  CpprestTransportOptions options;
  options.base_url = "http://builds.test";
  std::unique_ptr<HttpTransport> transport;
  {
    const ScopedVariable variable("HTTP_PROXY", proxy.address());
    transport = MakeTransport(options);
  }
  const auto result = transport->Send(Get("/x"), {});
  ASSERT_TRUE(result.has_value()) << ToString(result);
  EXPECT_EQ(result->body, "by proxy");
}

TEST(CpprestTransportProxy, NoProxyKeepsAHostFromTheProxyOfTheEnvironment) {
  RawServer proxy(AnswerAll("by proxy"));
  RawServer server(AnswerAll("direct"));
  const ScopedVariable variable("HTTP_PROXY", proxy.address());
  const ScopedVariable exempt("NO_PROXY", "other.test,127.0.0.1");
  CpprestTransportOptions options;
  options.base_url = "http://" + server.address();
  const auto result = MakeTransport(options)->Send(Get("/x"), {});
  ASSERT_TRUE(result.has_value()) << ToString(result);
  EXPECT_EQ(result->body, "direct");
}

TEST(CpprestTransportProxy, AProxyUrlOfTheConfigurationWinsOverNoProxy) {
  RawServer proxy(AnswerAll("by proxy"));
  const ScopedVariable exempt("NO_PROXY", "*");
  CpprestTransportOptions options;
  options.base_url = "http://builds.test";
  options.proxy_url = proxy.address();
  const auto result = MakeTransport(options)->Send(Get("/x"), {});
  ASSERT_TRUE(result.has_value()) << ToString(result);
  EXPECT_EQ(result->body, "by proxy");
}

TEST(CpprestTransportProxy, AProxyThatCannotBeUsedIsRefusedAtTheStartWithoutItsPassword) {
  CpprestTransportOptions options;
  options.proxy_url = "socks5://user:password@127.0.0.1:1080";
  const auto by_option = MakeCpprestTransport(options);
  ASSERT_FALSE(by_option.has_value());
  EXPECT_EQ(by_option.error(), "proxy_url: only proxies with a URL of the form http://host:port are supported");

  const ScopedVariable variable("HTTPS_PROXY", "socks5://user:password@127.0.0.1:1080");
  const auto by_environment = MakeCpprestTransport({});
  ASSERT_FALSE(by_environment.has_value());
  EXPECT_EQ(by_environment.error(),
            "the proxy of the environment: only proxies with a URL of the form http://host:port are supported");
}

}  // namespace
}  // namespace workers_builds
