#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace workers_builds {

/// One item of the `Ratelimit` and `Ratelimit-Policy` headers (draft-ietf-httpapi-ratelimit-headers), joined by name:
/// `Ratelimit: "default";r=50;t=30` and `Ratelimit-Policy: "default";q=1200;w=300`.
struct RateLimit {
  std::string policy;
  std::optional<std::int64_t> remaining;       // r: requests left
  std::optional<std::chrono::seconds> reset;   // t: until the window is new
  std::optional<std::int64_t> quota;           // q: requests a window
  std::optional<std::chrono::seconds> window;  // w
};

/// Reads both headers; an item that is not well formed is left out. An empty header has no items.
std::vector<RateLimit> ParseRateLimit(std::string_view ratelimit, std::string_view ratelimit_policy);

}  // namespace workers_builds
