#include "tests/simulator/rate_limiter.h"

#include <algorithm>

namespace simulator {

bool RateLimiter::Refuses(Instant wall) {
  while (!recent_.empty() && recent_.front() <= wall - limit_.window) recent_.pop_front();
  counted_ = std::min(counted_, recent_.size());
  recent_.push_back(wall);
  peak_ = std::max(peak_, recent_.size());
  if (blocked_until_) {
    if (wall < *blocked_until_) return true;
    blocked_until_.reset();
    counted_ = 0;
  }
  ++counted_;
  if (counted_ <= limit_.requests) return false;
  blocked_until_ = wall + limit_.window;
  return true;
}

std::size_t RateLimiter::Remaining(Instant wall) const {
  if (blocked_until_ && wall < *blocked_until_) return 0;
  return limit_.requests - std::min(limit_.requests, counted_);
}

std::chrono::seconds RateLimiter::ResetsIn(Instant wall) const {
  if (blocked_until_ && wall < *blocked_until_) return std::chrono::ceil<std::chrono::seconds>(*blocked_until_ - wall);
  if (counted_ == 0) return std::chrono::seconds(0);
  const Instant oldest = recent_[recent_.size() - counted_];
  return std::chrono::ceil<std::chrono::seconds>(oldest + limit_.window - wall);
}

}  // namespace simulator
