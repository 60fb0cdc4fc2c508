#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <utility>

#include "exporter/web/web_server.h"
#include "tests/support/http_client.h"

namespace exporter::web {

using support::Get;
using support::HttpConnection;
using support::HttpReply;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

inline std::shared_ptr<const std::string> Piece(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

/// Answers with what was asked, so that a test sees what the handler saw.
inline Response Echo(const Request& request) {
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

}  // namespace exporter::web
