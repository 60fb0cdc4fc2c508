#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "exporter/poll/vocabulary.h"
#include "tests/simulator/random.h"

namespace simulation {

using std::chrono::milliseconds;

/// What can go wrong between the exporter and the API, or below the exporter.
enum class Fault : std::uint8_t {
  kServerError,       // 5xx, some with Retry-After
  kRateLimited,       // 429 that does not say for how long
  kRateLimitedFor,    // 429 with Retry-After
  kUnauthorized,      // 401 for everything
  kForbidden,         // 403 for one operation
  kUnknownInLatest,   // `latest` does not know a script: 404 for all that are asked with it
  kUnknownInList,     // the list of a script is a 404
  kTimeout,           // no answer in time
  kReset,             // the connection breaks
  kSlow,              // the answer comes just in time, after later ones
  kUndecodable,       // no JSON
  kWrongShape,        // JSON of another shape, `"result": null` too
  kEmptyResult,       // `[]` or `{}`
  kOldestFirst,       // a list that begins with the oldest row
  kReversedPage,      // a page whose rows are in reverse
  kDrift,             // new builds between two pages
  kDuplicates,        // rows twice on a page
  kLateRow,           // a new row that no answer shows for a while
  kVanished,          // a build under way that no answer shows any more for a while
  kNoOutcome,         // stopped builds whose outcome comes later
  kPartialDiscovery,  // Workers are missing from the list of Workers
  kLittleLeft,        // Ratelimit headers that say that others have used the quota up
  kNoDate,            // no Date header
  kWrongDate,         // a Date that is some minutes off
  kAbsurdDate,        // now and then a Date that is off by hours or months
  kOutage,            // nothing answers
  kClockSkew,         // our own clock is off
  kCommitFailure,     // the store cannot write
};
inline constexpr std::size_t kFaultCount = static_cast<std::size_t>(Fault::kCommitFailure) + 1;

std::string_view ToWord(Fault fault);

/// A fault in force. Instants are times since the start of the run.
struct Disturbance {
  Fault fault = Fault::kServerError;
  milliseconds from{0};
  milliseconds to{0};
  /// Share of the calls that it hits.
  double share = 1;
  /// Empty: all of them.
  std::optional<exporter::poll::Collector> collector;
  /// The script of each account that it is about, as a share of those that are there at the start.
  double script = 0;
  /// What the fault has to do with time: how long, how late, how far off.
  milliseconds amount{0};

  bool ActiveAt(milliseconds at) const { return from <= at && at < to; }
};

/// Troubled times between calm ones, up to `end`; hours without any answer among them in most draws.
std::vector<Disturbance> DrawDisturbances(simulator::Random& random, milliseconds end);

/// How often each fault has hit.
using FaultCounts = std::array<std::int64_t, kFaultCount>;

}  // namespace simulation
