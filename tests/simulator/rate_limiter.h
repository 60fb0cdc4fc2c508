#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "tests/simulator/instant.h"
#include "tests/simulator/scenario.h"

namespace simulator {

/// The limit of one token (reference, section 6), in wall time: one request too many in any window, and every call is
/// refused for a whole window.
class RateLimiter {
 public:
  explicit RateLimiter(RateLimit limit) : limit_(limit) {}

  /// Counts a request. True when it is refused.
  bool Refuses(Instant wall);

  /// Requests left in the window that ends at `wall`.
  std::size_t Remaining(Instant wall) const;
  /// Until the window has room again or the block ends; 0 when there is nothing to wait for.
  std::chrono::seconds ResetsIn(Instant wall) const;
  const RateLimit& limit() const { return limit_; }
  /// The largest number of requests that any window has seen, refused ones included.
  std::size_t peak() const { return peak_; }

 private:
  RateLimit limit_;
  std::deque<Instant> recent_;
  /// How many of `recent_`, from its end, count against the limit: those since the last block ended.
  std::size_t counted_ = 0;
  std::optional<Instant> blocked_until_;
  std::size_t peak_ = 0;
};

}  // namespace simulator
