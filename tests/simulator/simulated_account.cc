#include "tests/simulator/simulated_account.h"

#include <algorithm>
#include <utility>

#include "tests/simulator/build_plan.h"

namespace simulator {
namespace {

using std::chrono::milliseconds;

// Reference, section 7.
constexpr std::size_t kFreeSlots = 1;
constexpr std::size_t kPaidSlots = 6;
constexpr milliseconds kFreeMinutes = std::chrono::minutes(3'000);

}  // namespace

SimulatedAccount::SimulatedAccount(const AccountScenario& scenario, std::uint64_t seed, Instant start)
    : scenario_(scenario),
      seed_(seed),
      slots_(scenario.slots.value_or(scenario.plan == Plan::kFree ? kFreeSlots : kPaidSlots)),
      now_(start),
      arrivals_(Random::For(seed, scenario.id + "/arrivals")) {
  if (scenario_.name.empty()) scenario_.name = scenario_.id;
  const Instant long_ago = start - std::chrono::days(90);
  for (const ScriptHabits& habits : scenario_.scripts) AddScript(habits, long_ago);
  for (std::size_t made = 1; scripts_.size() < scenario_.script_count; ++made) {
    ScriptHabits habits;
    habits.connected = made % 20 != 0;
    AddScript(habits, long_ago);
  }
  ReweighScripts();
  MakeHistory(start);
  ScheduleArrival(start);
}

void SimulatedAccount::AdvanceTo(Instant now) {
  while (!events_.empty() && events_.top().at <= now) {
    const Event event = events_.top();
    events_.pop();
    now_ = std::max(now_, event.at);
    Happen(event);
  }
  now_ = std::max(now_, now);
}

Limits SimulatedAccount::limits() const {
  if (scenario_.plan == Plan::kPaid) return {};
  const auto month = run_time_of_month_.find(StartOfMonth(now_));
  const bool used_up = month != run_time_of_month_.end() && month->second >= kFreeMinutes;
  return {scenario_.limit_reached.value_or(used_up), StartOfNextMonth(now_)};
}

const Script* SimulatedAccount::FindScript(std::string_view tag) const {
  const auto found = script_by_tag_.find(std::string(tag));
  return found == script_by_tag_.end() || scripts_[found->second].deleted ? nullptr : &scripts_[found->second];
}

const Script* SimulatedAccount::FindScriptByName(std::string_view name) const {
  const auto found =
      std::find_if(scripts_.begin(), scripts_.end(), [&](const Script& s) { return !s.deleted && s.name == name; });
  return found == scripts_.end() ? nullptr : &*found;
}

const Build* SimulatedAccount::FindBuild(std::string_view uuid) const {
  const auto found = build_by_uuid_.find(std::string(uuid));
  return found == build_by_uuid_.end() ? nullptr : &builds_[found->second];
}

std::optional<std::size_t> SimulatedAccount::IndexOf(std::string_view name_or_tag) const {
  const Script* script = FindScript(name_or_tag);
  if (script == nullptr) script = FindScriptByName(name_or_tag);
  if (script == nullptr) return std::nullopt;
  return static_cast<std::size_t>(script - scripts_.data());
}

void SimulatedAccount::AddScript(const ScriptHabits& habits, Instant created_on) {
  Random random = Random::For(seed_, scenario_.id + "/script", scripts_.size());
  ScriptHabits complete = DrawHabits(random, habits, scripts_.size());
  while (habits.name.empty() && FindScriptByName(complete.name) != nullptr) complete.name += "-x";
  scripts_.push_back(DrawScript(random, complete, created_on));
  script_by_tag_[scripts_.back().tag] = scripts_.size() - 1;
}

void SimulatedAccount::ReweighScripts() {
  weights_.clear();
  double sum = 0;
  for (std::size_t i = 0; i < scripts_.size(); ++i) {
    const double weight = scripts_[i].habits.weight.value_or(0);
    if (scripts_[i].deleted || !scripts_[i].habits.connected || weight <= 0) continue;
    sum += weight;
    weights_.emplace_back(sum, i);
  }
}

std::size_t SimulatedAccount::PickScript(Random& random) const {
  const double draw = random.Uniform(0, weights_.back().first);
  const auto found = std::upper_bound(weights_.begin(), weights_.end(), draw,
                                      [](double value, const auto& row) { return value < row.first; });
  return (found == weights_.end() ? std::prev(found) : found)->second;
}

Random SimulatedAccount::RandomForNextBuild() const {
  return Random::For(seed_, scenario_.id + "/build", builds_.size());
}

std::size_t SimulatedAccount::AddBuild(Build build, Random& random) {
  build.uuid = random.Uuid();
  build.modified_on = build.created_on;
  const std::size_t index = builds_.size();
  build_by_uuid_[build.uuid] = index;
  builds_.push_back(std::move(build));
  auto& order = scripts_[builds_[index].script].builds;
  const auto before = [this](std::size_t a, std::size_t b) {
    return std::tie(builds_[a].created_on, builds_[a].uuid) < std::tie(builds_[b].created_on, builds_[b].uuid);
  };
  order.insert(std::upper_bound(order.begin(), order.end(), index, before), index);
  return index;
}

}  // namespace simulator
