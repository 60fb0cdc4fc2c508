#include "exporter/poll/request_budget.h"

#include <algorithm>
#include <cmath>

namespace exporter::poll {
namespace {

constexpr double kWindowMs = std::chrono::duration<double, std::milli>(RequestBudget::kWindow).count();

/// A server that does not say when its window ends.
constexpr std::chrono::seconds kUnknownReset{30};

}  // namespace

RequestBudget::RequestBudget(int requests_per_window) : capacity_(requests_per_window) {
  const double burst = std::max(1.0, requests_per_window / 20.0);
  bucket_ = std::max(1.0, burst - 1);
  refill_per_ms_ = std::max(requests_per_window - burst, 0.5) / kWindowMs;
}

void RequestBudget::Restore(double level, milliseconds blocked_for, MonoTime now) {
  level_ = std::clamp(level, 0.0, bucket_);
  level_at_ = now;
  // Whatever our clock did meanwhile: no block is longer than a window.
  Block(now + std::min<milliseconds>(blocked_for, kWindow));
}

double RequestBudget::LevelAt(MonoTime now) const {
  if (!level_at_) return level_;
  const auto elapsed = static_cast<double>((now - *level_at_).count());
  return std::min(bucket_, level_ + std::max(0.0, elapsed) * refill_per_ms_);
}

MonoTime RequestBudget::NextAt(MonoTime now) const {
  MonoTime at = std::max(now, blocked_until_);
  if (const double missing = 1 - LevelAt(now); missing > 0) {
    at = std::max(at, now + milliseconds(static_cast<std::int64_t>(std::ceil(missing / refill_per_ms_))));
  }
  // The bucket keeps the promise; with a budget of one or two requests rounding could break it.
  if (used(now) >= capacity_) at = std::max(at, taken_.front() + kWindow);
  return at;
}

void RequestBudget::Take(MonoTime now) {
  level_ = std::max(0.0, LevelAt(now) - 1);
  level_at_ = now;
  while (!taken_.empty() && taken_.front() + kWindow <= now) taken_.pop_front();
  taken_.push_back(now);
}

void RequestBudget::Correct(std::span<const workers_builds::RateLimit> limits, MonoTime now) {
  for (const auto& limit : limits) {
    if (!limit.remaining) continue;
    const auto left = static_cast<double>(*limit.remaining) - static_cast<double>(limit.quota.value_or(0)) / 10;
    // Whatever the answer says, it is asked again after a window: one absurd number must not end the polling.
    if (left < 1) Block(now + std::min<milliseconds>(limit.reset.value_or(kUnknownReset), kWindow));
    if (left >= LevelAt(now)) continue;
    level_ = std::max(0.0, left);
    level_at_ = now;
  }
}

void RequestBudget::Block(MonoTime until) {
  blocked_until_ = std::max(blocked_until_, until);
}

int RequestBudget::used(MonoTime now) const {
  const auto first = std::ranges::upper_bound(taken_, now - kWindow);
  return static_cast<int>(taken_.end() - first);
}

}  // namespace exporter::poll
