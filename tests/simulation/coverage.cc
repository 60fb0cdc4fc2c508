#include "tests/simulation/coverage.h"

#include <ostream>

namespace simulation {
namespace {

template <typename Counts>
void Add(Counts& to, const Counts& from) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

}  // namespace

Coverage& Coverage::operator+=(const Coverage& other) {
  seeds += other.seeds;
  simulated_hours += other.simulated_hours;
  requests += other.requests;
  builds += other.builds;
  commits += other.commits;
  pages_compared += other.pages_compared;
  recounts += other.recounts;
  late_builds += other.late_builds;
  history_gaps += other.history_gaps;
  lost_builds += other.lost_builds;
  Add(faults, other.faults);
  Add(restarts, other.restarts);
  restarts_with_state += other.restarts_with_state;
  restarts_without_state += other.restarts_without_state;
  restarts_with_failed_commits += other.restarts_with_failed_commits;
  Add(changes, other.changes);
  return *this;
}

std::ostream& operator<<(std::ostream& out, const Coverage& coverage) {
  out << coverage.seeds << " seeds, " << coverage.simulated_hours << " simulated hours, " << coverage.builds
      << " builds, " << coverage.requests << " requests, " << coverage.commits << " commits\n";
  out << coverage.pages_compared << " pages compared, " << coverage.recounts << " recounts; the exporter counted "
      << coverage.late_builds << " late builds, " << coverage.lost_builds << " lost ones, " << coverage.history_gaps
      << " history gaps\n";
  out << "restarts: " << coverage.restarts_with_state << " with state (" << coverage.restarts_with_failed_commits
      << " of them with failed commits), " << coverage.restarts_without_state << " without;";
  for (std::size_t i = 0; i < kRestartMoments; ++i) {
    out << " " << ToWord(static_cast<RestartMoment>(i)) << " " << coverage.restarts[i];
  }
  out << "\nscripts:";
  for (std::size_t i = 0; i < kChangeKinds; ++i) {
    out << " " << ToWord(static_cast<ChangeKind>(i)) << " " << coverage.changes[i];
  }
  out << "\nfaults:";
  for (std::size_t i = 0; i < kFaultCount; ++i)
    out << " " << ToWord(static_cast<Fault>(i)) << " " << coverage.faults[i];
  return out << "\n";
}

}  // namespace simulation
