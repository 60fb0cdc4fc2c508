#pragma once

#include "exporter/poll/call.h"

namespace exporter {

/// What time it is. Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Never jumps; for intervals and deadlines.
  virtual poll::MonoTime Now() const = 0;
  /// What the machine takes for UTC; for log and own metrics.
  virtual workers_builds::Timestamp WallNow() const = 0;
};

class SystemClock : public Clock {
 public:
  poll::MonoTime Now() const override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now());
  }
  workers_builds::Timestamp WallNow() const override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace exporter
