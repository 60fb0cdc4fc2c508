#include "tests/simulation/seed.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace simulation {
namespace {

using simulator::Random;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr hours kLength{48};
constexpr std::size_t kLeastScripts = 40;

milliseconds Share(milliseconds of, double share) {
  return milliseconds(static_cast<std::int64_t>(static_cast<double>(of.count()) * share));
}

milliseconds Between(Random& random, milliseconds low, milliseconds high) {
  return low + Share(high - low, random.Uniform());
}

double BetweenLog(Random& random, double low, double high) {
  return low * std::pow(high / low, random.Uniform());
}

simulator::Outcome DrawOutcome(Random& random) {
  const double draw = random.Uniform();
  if (draw < 0.74) return simulator::Outcome::kSuccess;
  if (draw < 0.88) return simulator::Outcome::kFail;
  if (draw < 0.92) return simulator::Outcome::kSkipped;
  if (draw < 0.95) return simulator::Outcome::kCancelled;
  return draw < 0.98 ? simulator::Outcome::kTerminated : simulator::Outcome::kUnknown;
}

simulator::Submission DrawSubmission(Random& random) {
  constexpr std::array kSources = {simulator::Source::kPushEvent,   simulator::Source::kPush,
                                   simulator::Source::kPullRequest, simulator::Source::kManual,
                                   simulator::Source::kDeployHook,  simulator::Source::kApi};
  simulator::Submission build;
  const double draw = random.Uniform();
  build.branch_class = simulator::BranchClass::kPreview;
  if (draw < 0.42) build.branch_class = simulator::BranchClass::kProduction;
  if (draw > 0.98) build.branch_class = simulator::BranchClass::kUnknown;
  build.source = kSources[random.Below(kSources.size())];
  build.outcome = DrawOutcome(random);
  return build;
}

/// A steady stream in which some scripts have most of the builds, and bursts in which builds overlap.
void DrawArrivals(Random& random, std::size_t account, bool paid, std::vector<Arrival>& arrivals) {
  const auto add = [&](milliseconds at, double script) {
    if (at < kLength) arrivals.push_back({at, account, script, DrawSubmission(random)});
  };
  const double per_hour = paid ? BetweenLog(random, 4, 40) : BetweenLog(random, 2, 10);
  const double preference = random.Uniform(1, 4);
  for (milliseconds at{0}; at < kLength;) {
    at += milliseconds(static_cast<std::int64_t>(random.Exponential(3'600'000 / per_hour)));
    add(at, std::pow(random.Uniform(), preference));
  }
  for (milliseconds at{0}; at < kLength;) {
    at += Between(random, minutes(30), hours(10));
    const std::size_t builds = 2 + random.Below(paid ? 60 : 20);
    const std::size_t scripts = 1 + random.Below(4);
    const double first = random.Uniform();
    const milliseconds spread = Between(random, milliseconds(0), minutes(10));
    for (std::size_t i = 0; i < builds; ++i) {
      const double script = std::fmod(first + 0.13 * static_cast<double>(random.Below(scripts)), 1.0);
      add(at + Share(spread, random.Uniform()), script);
    }
  }
}

simulator::AccountScenario DrawAccount(Random& random, std::size_t number, std::size_t scripts, bool short_history) {
  simulator::AccountScenario account;
  account.id = std::string(31, 'a') + "0123456789"[number];
  account.name = number == 0 ? "production" : "staging";
  account.plan = random.Chance(0.3) ? simulator::Plan::kFree : simulator::Plan::kPaid;
  account.script_count = scripts;
  account.builds_per_hour = 0;  // arrivals are drawn here
  account.history = random.Below(10 * scripts);
  if (!short_history && random.Chance(0.5)) account.history = random.Below(2'000);
  return account;
}

void DrawConfig(Random& random, Seed& seed) {
  config::Config& config = seed.config;
  for (const simulator::AccountScenario& scenario : seed.accounts) {
    config::Account account;
    account.id = scenario.id;
    account.name = scenario.name;
    account.plan = scenario.plan == simulator::Plan::kPaid ? config::Plan::kPaid : config::Plan::kFree;
    config.accounts.push_back(std::move(account));
  }
  config.api.requests_per_5m = static_cast<int>(BetweenLog(random, 60, 1201));
  config.api.concurrency = 1 + static_cast<int>(random.Below(4));
  config.api.max_retries = static_cast<int>(random.Below(4));
  config.poll.interval = Between(random, seconds(30), minutes(2));
  config.poll.active_interval = Between(random, seconds(15), seconds(45));
  config.poll.idle_interval = Between(random, minutes(2), minutes(10));
  config.poll.discovery_interval = Between(random, minutes(1), minutes(10));
  config.poll.limits_interval = Between(random, minutes(1), minutes(10));
  config.poll.audit_interval = Between(random, hours(1), hours(6));
}

/// Drawn on its own, so that what was drawn before stays as it was.
void DrawPage(std::uint64_t number, config::Metrics& metrics) {
  Random random = Random::For(number, "what the page shows");
  // Scripts are renamed into the list and out of it.
  if (random.Chance(0.5)) metrics.script_histograms = {random.Chance(0.3) ? ".*" : ".*[aeiou0-4]"};
  metrics.created_timestamps = random.Chance(0.3);
}

void DrawChanges(Random& random, Seed& seed) {
  const std::size_t count = 2 + random.Below(10);
  for (std::size_t i = 0; i < count; ++i) {
    seed.changes.push_back({.at = Between(random, minutes(1), kLength - hours(1)),
                            .kind = static_cast<ChangeKind>(random.Below(kChangeKinds)),
                            .account = random.Below(seed.accounts.size()),
                            .script = random.Uniform()});
  }
}

/// Those with the state that crash while it cannot be written.
void DrawCrashesWithFailingCommits(Random& random, Seed& seed) {
  for (const Disturbance& disturbance : seed.disturbances) {
    if (disturbance.fault != Fault::kCommitFailure || !random.Chance(0.5)) continue;
    seed.restarts.push_back({.at = Between(random, disturbance.from, disturbance.to),
                             .moment = RestartMoment::kBeforeShow,
                             .keeps_state = true,
                             .down = seconds(1)});
  }
}

void DrawRestarts(Random& random, Seed& seed) {
  const std::size_t count = 2 + random.Below(5);
  for (std::size_t i = 0; i < count; ++i) {
    Restart restart{.at = Between(random, seconds(1), kLength - hours(1)),
                    .moment = static_cast<RestartMoment>(random.Below(kRestartMoments)),
                    .keeps_state = random.Chance(0.75),
                    .down = milliseconds(static_cast<std::int64_t>(BetweenLog(random, 100, 600'000)))};
    if (random.Chance(0.1)) restart.down = Between(random, minutes(10), hours(3));
    seed.restarts.push_back(restart);
    // Some crash again while they are still reading.
    if (random.Chance(0.3)) {
      restart.at += restart.down + Between(random, milliseconds(0), minutes(2));
      restart.moment = static_cast<RestartMoment>(random.Below(kRestartMoments));
      seed.restarts.push_back(restart);
    }
  }
}

}  // namespace

std::string_view ToWord(ChangeKind kind) {
  constexpr std::array<std::string_view, kChangeKinds> kWords = {"rename", "take_name", "swap",
                                                                 "delete", "recreate",  "create"};
  return kWords[static_cast<std::size_t>(kind)];
}

std::string_view ToWord(RestartMoment moment) {
  constexpr std::array<std::string_view, kRestartMoments> kWords = {"any_time", "before_show", "in_walk", "in_flight"};
  return kWords[static_cast<std::size_t>(moment)];
}

Seed DrawSeed(std::uint64_t number) {
  Seed seed;
  seed.number = number;
  seed.length = kLength;
  Random random = Random::For(number, "what a run depends on");
  const bool configured_baseline = random.Chance(0.4);
  const std::size_t accounts = random.Chance(0.35) ? 2 : 1;
  const std::size_t scripts = kLeastScripts + random.Below(20);
  for (std::size_t i = 0; i < accounts; ++i) {
    seed.accounts.push_back(DrawAccount(random, i, (scripts + accounts - 1) / accounts, !configured_baseline));
    seed.tokens.push_back(i);
  }
  if (random.Chance(0.5)) seed.tokens.assign(accounts, 0);
  DrawConfig(random, seed);
  DrawPage(number, seed.config.metrics);
  if (configured_baseline) {
    seed.config.state.baseline = kStart - Between(random, milliseconds(0), hours(72));
  }
  for (std::size_t i = 0; i < accounts; ++i) {
    DrawArrivals(random, i, seed.accounts[i].plan == simulator::Plan::kPaid, seed.arrivals);
  }
  seed.disturbances = DrawDisturbances(random, kLength);
  DrawChanges(random, seed);
  DrawRestarts(random, seed);
  DrawCrashesWithFailingCommits(random, seed);
  std::ranges::stable_sort(seed.disturbances, {}, &Disturbance::from);
  std::ranges::stable_sort(seed.arrivals, {}, &Arrival::at);
  std::ranges::stable_sort(seed.changes, {}, &Change::at);
  std::ranges::stable_sort(seed.restarts, {}, &Restart::at);
  return seed;
}

}  // namespace simulation
