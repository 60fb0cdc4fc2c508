#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <tl/expected.hpp>

namespace workers_builds {

/// Header fields by lower-case name. Repeated fields are joined with ", " (RFC 9110 section 5.3).
using HttpHeaders = std::map<std::string, std::string, std::less<>>;

struct HttpRequest {
  std::string method = "GET";
  /// Path and query below the base URL, percent-encoded:
  /// `/accounts/023e.../builds/builds/latest?external_script_ids=a`.
  std::string target;
  HttpHeaders headers;
  std::string body;
  /// For the whole exchange: connect, send, wait, read to the end.
  std::chrono::milliseconds timeout{10'000};
};

/// An answer of any status: a 4xx is a value here and gets its meaning in `envelope`.
struct HttpResponse {
  int status = 0;
  HttpHeaders headers;
  std::string body;
};

/// Why there is no answer.
struct TransportError {
  enum class Kind : std::uint8_t { kTimeout, kConnect, kTls, kTooLarge, kCancelled };
  Kind kind = Kind::kConnect;
  std::string message;
};

/// The wire. Implementations may be called from several threads at once; a call blocks until there is an answer, the
/// timeout has passed or `stop` asks to give up.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  virtual tl::expected<HttpResponse, TransportError> Send(const HttpRequest& request, std::stop_token stop) = 0;
};

}  // namespace workers_builds
