#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <unordered_map>
#include <vector>

#include "tests/simulator/build.h"
#include "tests/simulator/instant.h"
#include "tests/simulator/random.h"
#include "tests/simulator/scenario.h"

namespace simulator {

/// A build made on demand.
struct Submission {
  /// Name or tag.
  std::string script;
  BranchClass branch_class = BranchClass::kProduction;
  Source source = Source::kPushEvent;
  /// Empty: that of the script and class.
  std::string branch;
  Outcome outcome = Outcome::kSuccess;
  /// Empty: for the outcome and durations given: skipped stops in the queue; with durations, the last phase that has
  /// one; otherwise as such builds usually go.
  std::optional<Phase> stops_in;
  /// Empty: drawn. `queue` is the least: the build waits longer while all slots are taken.
  std::optional<std::chrono::milliseconds> queue;
  std::optional<std::chrono::milliseconds> init;
  std::optional<std::chrono::milliseconds> run;
  /// No answer shows the build for so long.
  std::chrono::milliseconds hidden_for{0};
};

/// `GET .../builds/account/limits`; both empty on the paid plan.
struct Limits {
  std::optional<bool> reached;
  std::optional<Instant> refresh_on;
};

/// One account: scripts, builds and slots. It lives by the instants given to AdvanceTo and is the same for the same
/// scenario, seed and operations, however small or large the steps. All instants are simulated ones.
class SimulatedAccount {
 public:
  /// The history has happened when this returns; no script has more than 25 builds of it unless it must.
  SimulatedAccount(const AccountScenario& scenario, std::uint64_t seed, Instant start);

  /// Everything up to and including `now` happens. An instant in the past changes nothing.
  void AdvanceTo(Instant now);
  Instant now() const { return now_; }

  const std::string& id() const { return scenario_.id; }
  const std::string& name() const { return scenario_.name; }
  Plan plan() const { return scenario_.plan; }
  /// Deleted ones, too.
  const std::vector<Script>& scripts() const { return scripts_; }
  const std::vector<Build>& builds() const { return builds_; }
  Limits limits() const;

  /// Null for one that is not there (any more). A pointer is good until the next call that is not const.
  const Script* FindScript(std::string_view tag) const;
  const Script* FindScriptByName(std::string_view name) const;
  const Build* FindBuild(std::string_view uuid) const;

  // What happens at now(). The errors say what is wrong with the argument.
  /// The build's UUID.
  tl::expected<std::string, std::string> Submit(const Submission& submission);
  tl::expected<void, std::string> Cancel(std::string_view build_uuid);
  tl::expected<void, std::string> Rename(std::string_view script, std::string_view new_name);
  /// Cancels its unfinished builds. Its stopped builds can still be read by UUID.
  tl::expected<void, std::string> Delete(std::string_view script);
  /// A new script with a tag of its own, which it returns; the name may be that of a deleted one.
  tl::expected<std::string, std::string> Create(const ScriptHabits& habits);
  /// The build stays out of answers until `until`.
  void Hide(std::size_t build, Instant until) { builds_[build].hidden_until = until; }
  void MarkShown(std::size_t build) { builds_[build].shown = true; }

 private:
  enum class Happening : std::uint8_t { kArrival, kReady, kRun, kStop };
  struct Event {
    Instant at;
    std::uint64_t order;
    Happening what;
    std::size_t build;
    bool operator>(const Event& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  std::optional<std::size_t> IndexOf(std::string_view name_or_tag) const;
  void AddScript(const ScriptHabits& habits, Instant created_on);
  void ReweighScripts();
  std::size_t PickScript(Random& random) const;
  Random RandomForNextBuild() const;
  std::size_t AddBuild(Build build, Random& random);
  void MakeHistory(Instant start);
  void LiveThrough(Build& build);
  void Schedule(Instant at, Happening what, std::size_t build);
  void ScheduleArrival(Instant after);
  void Enqueue(std::size_t build);
  void FillSlots(Instant at);
  void Happen(const Event& event);
  void Stop(std::size_t build, Instant at, Outcome outcome);

  AccountScenario scenario_;
  std::uint64_t seed_;
  std::size_t slots_;
  Instant now_;
  Random arrivals_;
  std::vector<Script> scripts_;
  std::unordered_map<std::string, std::size_t> script_by_tag_;
  /// Running sum of the weights of scripts that can be built.
  std::vector<std::pair<double, std::size_t>> weights_;
  std::vector<Build> builds_;
  std::unordered_map<std::string, std::size_t> build_by_uuid_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::uint64_t next_order_ = 0;
  /// Ready, waiting for a slot.
  std::deque<std::size_t> waiting_;
  std::size_t slots_taken_ = 0;
  /// Run time of builds that stopped in the month that starts at the key.
  std::map<Instant, std::chrono::milliseconds> run_time_of_month_;
};

}  // namespace simulator
