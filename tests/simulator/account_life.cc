// The life of a SimulatedAccount: arrivals, slots and what happens to a build.
#include <algorithm>
#include <utility>

#include "tests/simulator/build_plan.h"
#include "tests/simulator/simulated_account.h"

namespace simulator {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kHistoryOfAScript = 25;

milliseconds DrawGap(Random& random, double builds_per_hour) {
  return milliseconds(static_cast<std::int64_t>(random.Exponential(3'600'000.0 / builds_per_hour)));
}

}  // namespace

void SimulatedAccount::MakeHistory(Instant start) {
  if (weights_.empty()) return;
  Random random = Random::For(seed_, scenario_.id + "/history");
  // At the usual pace, but never more than the slots could have carried. The last one is longer ago than any build
  // takes.
  const double most_per_hour = 15.0 * static_cast<double>(slots_);
  const double pace =
      scenario_.builds_per_hour > 0 ? std::min(scenario_.builds_per_hour, most_per_hour) : most_per_hour;
  std::vector<Instant> created(scenario_.history);
  Instant at = start - std::chrono::minutes(30);
  for (auto instant = created.rbegin(); instant != created.rend(); ++instant) {
    *instant = at;
    at -= DrawGap(random, pace);
  }
  const std::size_t fair_share = (scenario_.history + weights_.size() - 1) / weights_.size();
  const std::size_t most = std::max(kHistoryOfAScript, fair_share);
  for (const Instant instant : created) {
    std::size_t script = PickScript(random);
    while (scripts_[script].builds.size() >= most) script = weights_[random.Below(weights_.size())].second;
    Random own = RandomForNextBuild();
    const DrawnBuild drawn = DrawBuild(own, scripts_[script]);
    Build build;
    build.script = script;
    build.created_on = instant;
    build.branch_class = drawn.branch_class;
    build.source = drawn.source;
    build.branch = drawn.branch;
    build.plan = drawn.plan;
    const std::size_t index = AddBuild(std::move(build), own);
    LiveThrough(builds_[index]);
  }
}

void SimulatedAccount::LiveThrough(Build& build) {
  Instant at = build.created_on + build.plan.queue;
  if (build.plan.stops_in != Phase::kQueue) {
    build.initializing_on = at;
    at += build.plan.init;
    if (build.plan.stops_in == Phase::kRun) {
      build.running_on = at;
      at += build.plan.run;
      run_time_of_month_[StartOfMonth(at)] += build.plan.run;
    }
  }
  build.status = Status::kStopped;
  build.outcome = build.plan.outcome;
  build.stopped_on = at;
  build.modified_on = at;
}

void SimulatedAccount::Schedule(Instant at, Happening what, std::size_t build) {
  events_.push({at, next_order_++, what, build});
}

void SimulatedAccount::ScheduleArrival(Instant after) {
  if (scenario_.builds_per_hour <= 0) return;
  Schedule(after + DrawGap(arrivals_, scenario_.builds_per_hour), Happening::kArrival, 0);
}

void SimulatedAccount::Enqueue(std::size_t build) {
  const Build& queued = builds_[build];
  const bool stops_here = queued.plan.stops_in == Phase::kQueue;
  Schedule(queued.created_on + queued.plan.queue, stops_here ? Happening::kStop : Happening::kReady, build);
}

void SimulatedAccount::FillSlots(Instant at) {
  while (slots_taken_ < slots_ && !waiting_.empty()) {
    const std::size_t index = waiting_.front();
    waiting_.pop_front();
    Build& build = builds_[index];
    if (build.status != Status::kQueued) continue;
    ++slots_taken_;
    build.status = Status::kInitializing;
    build.initializing_on = at;
    build.modified_on = at;
    Schedule(at + build.plan.init, build.plan.stops_in == Phase::kInit ? Happening::kStop : Happening::kRun, index);
  }
}

void SimulatedAccount::Happen(const Event& event) {
  if (event.what == Happening::kArrival) {
    ScheduleArrival(event.at);
    if (weights_.empty()) return;
    Random own = RandomForNextBuild();
    Build build;
    build.script = PickScript(arrivals_);
    build.created_on = event.at;
    DrawnBuild drawn = DrawBuild(own, scripts_[build.script]);
    build.branch_class = drawn.branch_class;
    build.source = drawn.source;
    build.branch = std::move(drawn.branch);
    build.plan = drawn.plan;
    Enqueue(AddBuild(std::move(build), own));
    return;
  }
  Build& build = builds_[event.build];
  if (build.status == Status::kStopped) return;  // was cancelled before
  switch (event.what) {
    case Happening::kReady:
      waiting_.push_back(event.build);
      FillSlots(event.at);
      break;
    case Happening::kRun:
      build.status = Status::kRunning;
      build.running_on = event.at;
      build.modified_on = event.at;
      Schedule(event.at + build.plan.run, Happening::kStop, event.build);
      break;
    case Happening::kStop:
    case Happening::kArrival:
      Stop(event.build, event.at, build.plan.outcome);
      break;
  }
}

void SimulatedAccount::Stop(std::size_t index, Instant at, Outcome outcome) {
  Build& build = builds_[index];
  const bool had_slot = build.status != Status::kQueued;
  if (build.running_on) run_time_of_month_[StartOfMonth(at)] += at - *build.running_on;
  build.status = Status::kStopped;
  build.outcome = outcome;
  build.stopped_on = at;
  build.modified_on = at;
  if (!had_slot) return;
  --slots_taken_;
  FillSlots(at);
}

}  // namespace simulator
