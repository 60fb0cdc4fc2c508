#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "client/cpprest_transport.h"
#include "tests/support/raw_server.h"

namespace workers_builds::testing {

using TransportResult = tl::expected<HttpResponse, TransportError>;

/// Long enough for any machine: a test that reaches it has failed.
inline constexpr std::chrono::seconds kPatience{20};

inline std::unique_ptr<HttpTransport> MakeTransport(const CpprestTransportOptions& options) {
  auto transport = MakeCpprestTransport(options);
  EXPECT_TRUE(transport.has_value()) << transport.error();
  return std::move(*transport);
}

inline HttpRequest Get(std::string target, std::chrono::milliseconds timeout = kPatience) {
  HttpRequest request;
  request.target = std::move(target);
  request.timeout = timeout;
  return request;
}

inline std::string ToString(const TransportResult& result) {
  if (!result) return "kind " + std::to_string(static_cast<int>(result.error().kind)) + ": " + result.error().message;
  return "HTTP " + std::to_string(result->status) + ", body of " + std::to_string(result->body.size()) + " bytes";
}

inline void ExpectFailure(const TransportResult& result, TransportError::Kind kind) {
  ASSERT_FALSE(result.has_value()) << ToString(result);
  EXPECT_EQ(result.error().kind, kind) << ToString(result);
  EXPECT_FALSE(result.error().message.empty());
}

/// A script for a server that answers every request with 200 and `body`.
inline RawServer::Script AnswerAll(std::string body) {
  return [body = std::move(body)](RawConnection& connection) {
    while (!connection.ReadRequest().empty()) {
      if (!connection.Send(HttpAnswer("200 OK", body))) return;
    }
  };
}

inline std::unique_ptr<HttpTransport> TransportTo(const RawServer& server, std::size_t max_response_bytes = 1 << 20) {
  CpprestTransportOptions options;
  options.base_url = "http://" + server.address() + "/client/v4";
  options.max_response_bytes = max_response_bytes;
  return MakeTransport(options);
}

/// What a fresh server that sends `bytes` and closes makes of one request.
inline TransportResult AskServerThatSends(const std::string& bytes, std::size_t max_response_bytes = 1 << 20) {
  RawServer server([&](RawConnection& connection) {
    connection.ReadRequest();
    connection.Send(bytes);
  });
  return TransportTo(server, max_response_bytes)->Send(Get("/x"), {});
}

}  // namespace workers_builds::testing
