#pragma once

#include <atomic>

#include "exporter/clock.h"
#include "tests/support/builds.h"

namespace support {

/// Stands still until it is told to go on. Any thread.
class FakeClock : public exporter::Clock {
 public:
  exporter::poll::MonoTime Now() const override {
    return exporter::poll::MonoTime{std::chrono::hours(1000)} + passed();
  }
  Timestamp WallNow() const override { return kT0 + passed(); }

  void Advance(std::chrono::milliseconds by) { passed_ += by.count(); }

 private:
  std::chrono::milliseconds passed() const { return std::chrono::milliseconds(passed_.load()); }

  std::atomic<std::int64_t> passed_ = 0;
};

}  // namespace support
