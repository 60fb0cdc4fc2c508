#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace simulator {

/// By lower-case name.
using Headers = std::map<std::string, std::string, std::less<>>;

struct Request {
  std::string method = "GET";
  /// With the prefix and percent-encoded: `/client/v4/accounts/023e.../workers/scripts`.
  std::string target;
  Headers headers;
  std::string body;
};

/// An answer and how it reaches the caller. What is not set in the delivery happens as it should.
struct Reply {
  int status = 200;
  Headers headers = {{"content-type", "application/json"}};
  std::string body;

  /// The connection ends before a byte of the answer; status, headers and body are void.
  bool reset = false;
  /// The body ends after so many bytes, although Content-Length promises all of it.
  std::optional<std::size_t> cut_at;
  /// The answer waits for so long first (wall time).
  std::chrono::milliseconds delay{0};
};

}  // namespace simulator
