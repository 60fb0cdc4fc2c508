#pragma once

#include "tests/simulator/instant.h"

namespace simulator {

/// Which simulated instant belongs to which wall instant. It reads no clock itself.
class SimulatedClock {
 public:
  /// `speed`: simulated seconds in a second of the wall; 0 stands still.
  SimulatedClock(Instant wall_start, Instant simulated_start, double speed)
      : wall_start_(wall_start), simulated_start_(simulated_start), speed_(speed) {}

  /// Never before the simulated start, whatever `wall` says.
  Instant At(Instant wall) const {
    if (wall <= wall_start_) return simulated_start_;
    const std::chrono::duration<double, std::milli> elapsed = (wall - wall_start_) * speed_;
    return simulated_start_ + std::chrono::floor<std::chrono::milliseconds>(elapsed);
  }

  double speed() const { return speed_; }

  /// From `wall` on; the simulated instant of that moment stays what it was.
  void SetSpeed(Instant wall, double speed) { *this = SimulatedClock(wall, At(wall), speed); }

  /// Moves the simulated time forward at once.
  void Jump(std::chrono::milliseconds by) { simulated_start_ += by; }

 private:
  Instant wall_start_;
  Instant simulated_start_;
  double speed_;
};

}  // namespace simulator
