#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
using testing::MakeTransport;
using testing::RawConnection;
using testing::RawServer;
using testing::TemporaryFile;
using testing::TestAuthority;
using testing::ToString;
using Kind = TransportError::Kind;

testing::TransportResult Ask(const RawServer& server, const std::string& host, const std::string& ca_file) {
  CpprestTransportOptions options;
  options.base_url = "https://" + host + ":" + std::to_string(server.port()) + "/client/v4";
  options.ca_file = ca_file;
  return MakeTransport(options)->Send(Get("/x"), {});
}

TEST(CpprestTransportTls, AServerOfAnAuthorityInTheCaFileIsTrusted) {
  const TestAuthority authority;
  const TemporaryFile ca(authority.Pem());
  RawServer server(authority.Issue("DNS:localhost,IP:127.0.0.1"), AnswerAll("secret"));
  for (const auto* host : {"localhost", "127.0.0.1"}) {
    const auto result = Ask(server, host, ca.path());
    ASSERT_TRUE(result.has_value()) << host << ": " << ToString(result);
    EXPECT_EQ(result->body, "secret");
  }
}

TEST(CpprestTransportTls, AServerOfAnUnknownAuthorityIsRefused) {
  const TestAuthority authority;
  const TestAuthority other;
  const TemporaryFile ca(other.Pem());
  RawServer server(authority.Issue("DNS:localhost,IP:127.0.0.1"), AnswerAll("secret"));
  for (const auto& ca_file : {std::string(), ca.path()}) {
    const auto result = Ask(server, "localhost", ca_file);
    ExpectFailure(result, Kind::kTls);
    EXPECT_THAT(result.error().message, HasSubstr("certificate verify failed"));
  }
  EXPECT_TRUE(server.requests().empty()) << "a request was sent to a server that had not been verified";
}

TEST(CpprestTransportTls, AServerWithTheNameOfAnotherIsRefused) {
  const TestAuthority authority;
  const TemporaryFile ca(authority.Pem());
  RawServer server(authority.Issue("DNS:example.test"), AnswerAll("secret"));
  for (const auto* host : {"localhost", "127.0.0.1"}) ExpectFailure(Ask(server, host, ca.path()), Kind::kTls);
  EXPECT_TRUE(server.requests().empty());
}

TEST(CpprestTransportTls, AllCertificatesOfTheCaFileAreTrusted) {
  const TestAuthority first;
  const TestAuthority second;
  const TemporaryFile ca(first.Pem() + second.Pem());
  for (const auto* authority : {&first, &second}) {
    RawServer server(authority->Issue("DNS:localhost"), AnswerAll("{}"));
    const auto result = Ask(server, "localhost", ca.path());
    EXPECT_TRUE(result.has_value()) << ToString(result);
  }
}

TEST(CpprestTransportTls, AServerThatDoesNotSpeakTlsIsRefused) {
  RawServer server([](RawConnection& connection) { connection.Send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  ExpectFailure(Ask(server, "localhost", ""), Kind::kTls);
}

TEST(CpprestTransportTls, AConnectionClosedInTheHandshakeIsABrokenConnection) {
  RawServer server([](RawConnection&) {});
  ExpectFailure(Ask(server, "localhost", ""), Kind::kConnect);
}

TEST(CpprestTransportTls, TheDeadlineEndsAHandshakeThatHangs) {
  RawServer server([](RawConnection& connection) { connection.WaitForPeerToClose(); });
  CpprestTransportOptions options;
  options.base_url = "https://" + server.address();
  ExpectFailure(MakeTransport(options)->Send(Get("/x", std::chrono::milliseconds(100)), {}), Kind::kTimeout);
}

TEST(CpprestTransportTls, ACaFileWithoutCertificatesIsRefusedAtTheStart) {
  const TemporaryFile garbage("not a certificate\n");
  CpprestTransportOptions options;
  options.ca_file = garbage.path();
  const auto transport = MakeCpprestTransport(options);
  ASSERT_FALSE(transport.has_value());
  EXPECT_EQ(transport.error(),
            "the CA file '" + garbage.path() + "' holds no certificate: give a file with PEM certificates");
}

TEST(CpprestTransportTls, ACaFileThatIsNotThereIsRefusedAtTheStart) {
  CpprestTransportOptions options;
  options.ca_file = "/nonexistent/ca.pem";
  const auto transport = MakeCpprestTransport(options);
  ASSERT_FALSE(transport.has_value());
  EXPECT_EQ(transport.error(), "the CA file '/nonexistent/ca.pem' cannot be read: No such file or directory");
}

TEST(CpprestTransportTls, ADamagedCaFileIsRefusedAtTheStart) {
  const TestAuthority authority;
  const auto pem = authority.Pem();
  const TemporaryFile ca(pem + pem.substr(0, pem.size() / 2));
  CpprestTransportOptions options;
  options.ca_file = ca.path();
  const auto transport = MakeCpprestTransport(options);
  ASSERT_FALSE(transport.has_value());
  EXPECT_EQ(transport.error(), "the CA file '" + ca.path() + "' is damaged after certificate 1");
}

}  // namespace
}  // namespace workers_builds
