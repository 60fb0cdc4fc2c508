#pragma once

#include <deque>
#include <optional>
#include <span>

#include "client/rate_limit.h"
#include "exporter/poll/call.h"

namespace exporter::poll {

/// The requests of one token: a bucket that holds a twentieth of the budget and refills so that no window of 5
/// minutes exceeds the budget, whatever is asked when. Without a level to restore it starts empty but for one request,
/// so that a crash loop cannot overspend; the bucket leaves room for that one.
class RequestBudget {
 public:
  static constexpr std::chrono::minutes kWindow{5};

  explicit RequestBudget(int requests_per_window);

  /// The level that another process left, and for how long nothing may go yet. The time in between refills nothing:
  /// only a clock that may have been set could tell how long it was.
  void Restore(double level, milliseconds blocked_for, MonoTime now);

  /// When the next request may go; `now` or earlier means at once.
  MonoTime NextAt(MonoTime now) const;
  /// A request goes.
  void Take(MonoTime now);

  /// What the server says corrects the level downwards. The last tenth of its quota is left to others.
  void Correct(std::span<const workers_builds::RateLimit> limits, MonoTime now);
  /// Nothing goes before `until`.
  void Block(MonoTime until);

  int requests_per_window() const { return capacity_; }
  /// Requests in the window that ends now.
  int used(MonoTime now) const;
  /// Requests that could go at once.
  double LevelAt(MonoTime now) const;
  /// The end of the block; in the past when there is none.
  MonoTime blocked_until() const { return blocked_until_; }
  /// Requests a second that the bucket carries in the long run.
  double refill_per_second() const { return refill_per_ms_ * 1000; }

 private:
  int capacity_;
  double bucket_;
  double refill_per_ms_;
  double level_ = 1;
  /// Empty before the first request: the level stands still.
  std::optional<MonoTime> level_at_;
  MonoTime blocked_until_{};
  std::deque<MonoTime> taken_;  // in the window that ends with the newest
};

}  // namespace exporter::poll
