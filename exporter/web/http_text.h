#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/web/web_server.h"

/// HTTP/1.1 as text: what the web server reads from a request line and writes before a body.
namespace exporter::web {

/// The path of a request target (RFC 9112 section 3.2: origin or absolute form), percent-encoding undone, without the
/// query. Empty when the target is malformed.
std::optional<std::string> PathOf(std::string_view target);

/// The `Date` header's value (RFC 9110 section 5.6.7).
std::string FormatHttpDate(std::chrono::sys_seconds now);

struct ResponseHead {
  std::string_view reason;
  std::uint64_t content_length = 0;
  /// Whether the connection stays open; the header always says so.
  bool keep_alive = true;
};

/// Status line and header fields with the empty line after them. The caller has made sure that the response's own
/// fields hold no line breaks.
std::string FormatHead(const Response& response, const ResponseHead& head, std::chrono::sys_seconds now);

}  // namespace exporter::web
