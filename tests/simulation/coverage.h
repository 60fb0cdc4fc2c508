#pragma once

#include <array>
#include <cstdint>
#include <iosfwd>

#include "tests/simulation/faults.h"
#include "tests/simulation/seed.h"

namespace simulation {

/// What runs have gone through, so that a green result says what it stands for.
struct Coverage {
  std::int64_t seeds = 0;
  std::int64_t simulated_hours = 0;
  std::int64_t requests = 0;
  std::int64_t builds = 0;
  std::int64_t commits = 0;
  std::int64_t pages_compared = 0;
  std::int64_t recounts = 0;
  std::int64_t late_builds = 0;
  std::int64_t history_gaps = 0;
  std::int64_t lost_builds = 0;
  FaultCounts faults{};
  std::array<std::int64_t, kRestartMoments> restarts{};
  std::int64_t restarts_with_state = 0;
  std::int64_t restarts_without_state = 0;
  std::int64_t restarts_with_failed_commits = 0;
  std::array<std::int64_t, kChangeKinds> changes{};

  Coverage& operator+=(const Coverage& other);
};

std::ostream& operator<<(std::ostream& out, const Coverage& coverage);

}  // namespace simulation
