#pragma once

#include <pplx/pplxtasks.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <tl/expected.hpp>
#include <utility>

#include "client/http.h"

namespace workers_builds {

/// One call of CpprestTransport, shared by the caller, who may give up and leave, and the library's threads. Any
/// thread.
class Exchange {
 public:
  using Result = tl::expected<HttpResponse, TransportError>;

  /// What the library looks at before it sends, and while the call lasts.
  pplx::cancellation_token token() { return cancel_.get_token(); }
  void Abort() { cancel_.cancel(); }

  /// Why we end the call ourselves.
  void MarkTooLarge() { too_large_ = true; }
  bool too_large() const { return too_large_; }
  void MarkLost() { lost_ = true; }
  bool lost() const { return lost_; }

  void Finish(Result result) {
    const std::lock_guard lock(mutex_);
    result_ = std::move(result);
    finished_.notify_all();
  }

  /// Empty when the deadline has passed or a stop was asked for.
  std::optional<Result> Wait(const std::stop_token& stop, std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    finished_.wait_until(lock, stop, deadline, [&] { return result_.has_value(); });
    return std::exchange(result_, std::nullopt);
  }

 private:
  pplx::cancellation_token_source cancel_;
  std::atomic<bool> too_large_ = false;
  std::atomic<bool> lost_ = false;
  std::mutex mutex_;
  std::condition_variable_any finished_;
  std::optional<Result> result_;
};

}  // namespace workers_builds
