#include "exporter/poll/tier.h"

#include <algorithm>

namespace exporter::poll {

Tier TierOf(const ledger::ScriptHistory& script, Timestamp now) {
  const ledger::BuildRow* newest = script.newest();
  if (newest == nullptr) return Tier::kIdle;
  if (newest->open()) return Tier::kActive;
  const Timestamp last = std::max(newest->created, newest->stopped.value_or(newest->created));
  return now - last < std::chrono::hours(24) ? Tier::kRecent : Tier::kIdle;
}

milliseconds IntervalOf(Tier tier, const config::Poll& poll) {
  switch (tier) {
    case Tier::kActive:
      return poll.active_interval;
    case Tier::kRecent:
      return poll.interval;
    case Tier::kIdle:
      break;
  }
  return poll.idle_interval;
}

}  // namespace exporter::poll
