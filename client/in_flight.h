#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace workers_builds {

/// Counts what is under way, so that the end can wait for it. Any thread.
class InFlight {
 public:
  void Add() {
    const std::lock_guard lock(mutex_);
    ++count_;
  }
  void Remove() {
    const std::lock_guard lock(mutex_);
    if (--count_ == 0) none_.notify_all();
  }
  /// Until nothing is under way, or `patience` has passed.
  void WaitForNone(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    none_.wait_for(lock, patience, [&] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  int count_ = 0;
};

}  // namespace workers_builds
