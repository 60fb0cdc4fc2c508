#include "tests/simulation/faults.h"

#include <algorithm>
#include <cmath>

namespace simulation {
namespace {

using exporter::poll::Collector;
using simulator::Random;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

milliseconds Between(Random& random, milliseconds low, milliseconds high) {
  return low + milliseconds(static_cast<std::int64_t>(random.Uniform() * static_cast<double>((high - low).count())));
}

/// Short ones as often as long ones.
milliseconds BetweenLog(Random& random, milliseconds low, milliseconds high) {
  const double ratio = static_cast<double>(high.count()) / static_cast<double>(low.count());
  return milliseconds(static_cast<std::int64_t>(static_cast<double>(low.count()) * std::pow(ratio, random.Uniform())));
}

milliseconds DrawAmount(Random& random, Fault fault) {
  switch (fault) {
    case Fault::kRateLimitedFor:
      return Between(random, seconds(1), minutes(5));
    case Fault::kLateRow:
      return BetweenLog(random, seconds(30), minutes(40));
    case Fault::kVanished:
      return BetweenLog(random, minutes(1), minutes(20));
    case Fault::kNoOutcome:
      return BetweenLog(random, seconds(20), minutes(8));
    case Fault::kLittleLeft:
      return Between(random, seconds(5), minutes(2));
    case Fault::kWrongDate:
      return Between(random, minutes(-20), minutes(20));
    case Fault::kClockSkew:
      return Between(random, minutes(-30), minutes(30));
    default:
      return milliseconds(0);
  }
}

Disturbance Draw(Random& random, Fault fault, milliseconds from, milliseconds to) {
  Disturbance disturbance;
  disturbance.fault = fault;
  disturbance.from = from;
  disturbance.to = to;
  disturbance.share = random.Uniform(0.05, 0.9);
  if (random.Chance(0.5)) {
    disturbance.collector = exporter::poll::kCollectors[random.Below(exporter::poll::kCollectors.size())];
  }
  disturbance.script = random.Uniform();
  disturbance.amount = DrawAmount(random, fault);
  switch (fault) {
    case Fault::kForbidden:
      disturbance.collector = exporter::poll::kCollectors[random.Below(exporter::poll::kCollectors.size() - 1)];
      [[fallthrough]];
    case Fault::kUnauthorized:
      disturbance.share = random.Chance(0.5) ? 1 : disturbance.share;
      break;
    case Fault::kUnknownInLatest:
    case Fault::kUnknownInList:
    case Fault::kOutage:
      disturbance.collector.reset();
      disturbance.share = 1;
      break;
    case Fault::kAbsurdDate:
      disturbance.share = 0.1;
      break;
    default:
      break;
  }
  return disturbance;
}

}  // namespace

std::string_view ToWord(Fault fault) {
  static constexpr std::array<std::string_view, kFaultCount> kWords = {"server_error",
                                                                       "rate_limited",
                                                                       "rate_limited_for",
                                                                       "unauthorized",
                                                                       "forbidden",
                                                                       "unknown_in_latest",
                                                                       "unknown_in_list",
                                                                       "timeout",
                                                                       "reset",
                                                                       "slow",
                                                                       "undecodable",
                                                                       "wrong_shape",
                                                                       "empty_result",
                                                                       "oldest_first",
                                                                       "reversed_page",
                                                                       "drift",
                                                                       "duplicates",
                                                                       "late_row",
                                                                       "vanished",
                                                                       "no_outcome",
                                                                       "partial_discovery",
                                                                       "little_left",
                                                                       "no_date",
                                                                       "wrong_date",
                                                                       "absurd_date",
                                                                       "outage",
                                                                       "clock_skew",
                                                                       "commit_failure"};
  return kWords[static_cast<std::size_t>(fault)];
}

std::vector<Disturbance> DrawDisturbances(Random& random, milliseconds end) {
  std::vector<Disturbance> disturbances;
  // Some runs begin in trouble.
  milliseconds at = random.Chance(0.2) ? milliseconds(0) : BetweenLog(random, minutes(10), hours(5));
  while (at < end) {
    const milliseconds length = BetweenLog(random, minutes(2), minutes(90));
    const auto until = std::min(at + length, end);
    const std::size_t count = 1 + random.Below(3);
    for (std::size_t i = 0; i < count; ++i) {
      const auto fault = static_cast<Fault>(random.Below(kFaultCount));
      if (fault == Fault::kOutage) continue;  // they are long, and drawn below
      disturbances.push_back(Draw(random, fault, at, until));
    }
    at = until + BetweenLog(random, minutes(30), hours(6));
  }
  const std::size_t outages = random.Below(3);
  for (std::size_t i = 0; i < outages; ++i) {
    const milliseconds from = Between(random, milliseconds(0), end);
    const auto until = std::min(from + BetweenLog(random, minutes(30), hours(6)), end);
    disturbances.push_back(Draw(random, Fault::kOutage, from, until));
  }
  return disturbances;
}

}  // namespace simulation
