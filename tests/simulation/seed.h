#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "tests/simulation/faults.h"
#include "tests/simulator/simulated_account.h"

namespace simulation {

/// The API's instant at which every run begins.
inline constexpr std::chrono::sys_days kStart = std::chrono::year(2026) / 9 / 14;

/// A build that is started. The script is a share of those that are there.
struct Arrival {
  milliseconds at{0};
  std::size_t account = 0;
  double script = 0;
  simulator::Submission build;
};

enum class ChangeKind : std::uint8_t {
  kRename,    // to a new name
  kTakeName,  // to the name of a script that is gone
  kSwap,      // two scripts swap their names
  kDelete,    // once all its builds are known: nobody can know what was never shown
  kRecreate,  // a new script under the name of one that is gone
  kCreate,    // a new script under a new name
};
inline constexpr std::size_t kChangeKinds = static_cast<std::size_t>(ChangeKind::kCreate) + 1;
std::string_view ToWord(ChangeKind kind);

/// Something that people do to scripts. One that does not fit yet is tried again every minute.
struct Change {
  milliseconds at{0};
  ChangeKind kind = ChangeKind::kRename;
  std::size_t account = 0;
  double script = 0;
};

/// At which step of its work the exporter ends, from `at` on.
enum class RestartMoment : std::uint8_t {
  kAnyTime,
  kBeforeShow,  // an answer is committed, and the page does not show it yet
  kInWalk,      // a list is being read
  kInFlight,    // requests are on their way; their answers are lost
};
inline constexpr std::size_t kRestartMoments = static_cast<std::size_t>(RestartMoment::kInFlight) + 1;
std::string_view ToWord(RestartMoment moment);

struct Restart {
  milliseconds at{0};
  RestartMoment moment = RestartMoment::kAnyTime;
  /// The same store, or a new one.
  bool keeps_state = true;
  milliseconds down{0};
};

/// All that a run depends on. Everything is sorted by its instant.
struct Seed {
  std::uint64_t number = 0;
  config::Config config;
  /// As Core takes them.
  std::vector<std::size_t> tokens;
  std::vector<simulator::AccountScenario> accounts;
  std::vector<Disturbance> disturbances;
  std::vector<Arrival> arrivals;
  std::vector<Change> changes;
  std::vector<Restart> restarts;
  /// How long things happen; then builds, faults and changes end, and only polling goes on.
  milliseconds length{0};
};

Seed DrawSeed(std::uint64_t number);

}  // namespace simulation
