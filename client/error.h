#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace workers_builds {

/// Why a call brought no usable answer. The words are label values of `collector_errors_total`.
enum class ErrorReason : std::uint8_t {
  kAuth,         // 401
  kForbidden,    // 403
  kNotFound,     // 404
  kRateLimited,  // 429
  kTimeout,      // no whole answer before the deadline
  kConnect,      // no connection, or one that broke before the answer was whole
  kTls,          // the peer could not be verified, or no common TLS
  kHttp4xx,      // any other 4xx
  kHttp5xx,      // 5xx
  kDecode,       // the body is not the JSON it should be: HTML, cut short, malformed, too large, too deep
  kSchema,       // JSON, but not the envelope or the shape that the operation promises, or `success: false`
  kCancelled,    // the caller gave up
};

std::string_view ToWord(ErrorReason reason);

/// What was tried, where, and what came back. Holds no secret and at most some hundred bytes of the answer.
struct Error {
  ErrorReason reason = ErrorReason::kSchema;
  /// For instance `GET /accounts/023e.../builds/builds/latest` (no query).
  std::string request;
  std::string message;
  /// HTTP status, 0 without an answer.
  int status = 0;
  /// First `errors[].code` of the envelope.
  std::optional<std::int64_t> cloudflare_code;
  /// Where in the body, as `$.result.builds` (empty when it does not apply).
  std::string json_path;
  /// The `cf-ray` header, by which Cloudflare finds the request.
  std::string cf_ray;
  /// The `Retry-After` header of a 429 or 503.
  std::optional<std::chrono::seconds> retry_after;
};

/// One line for a log or a terminal.
std::string Describe(const Error& error);

}  // namespace workers_builds
