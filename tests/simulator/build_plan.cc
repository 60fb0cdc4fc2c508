#include "tests/simulator/build_plan.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace simulator {
namespace {

using std::chrono::milliseconds;

// Cloudflare ends a build after 20 minutes (reference, section 7).
constexpr milliseconds kTimeout = std::chrono::minutes(20);

milliseconds Seconds(double seconds) {
  return milliseconds(static_cast<std::int64_t>(seconds * 1000.0));
}

milliseconds DrawDuration(Random& random, double median, double sigma, double low, double high) {
  return Seconds(std::clamp(random.LogNormal(median, sigma), low, high));
}

Outcome DrawOutcome(Random& random, double failure_share) {
  const double draw = random.Uniform();
  if (draw < failure_share) return Outcome::kFail;
  // The rest in the proportions 82 : 4 : 3 : 1.
  const double rest = (draw - failure_share) / std::max(1e-9, 1.0 - failure_share) * 90.0;
  if (rest < 82.0) return Outcome::kSuccess;
  if (rest < 86.0) return Outcome::kSkipped;
  if (rest < 89.0) return Outcome::kCancelled;
  return Outcome::kTerminated;
}

Source DrawSource(Random& random, BranchClass branch_class) {
  const double draw = random.Uniform();
  if (draw < 0.80)
    return branch_class == BranchClass::kPreview && draw < 0.25 ? Source::kPullRequest : Source::kPushEvent;
  if (draw < 0.90) return Source::kManual;
  if (draw < 0.94) return Source::kPush;
  return draw < 0.97 ? Source::kApi : Source::kDeployHook;
}

}  // namespace

BuildPlan DrawPlan(Random& random, const Script& script, Outcome outcome) {
  const double typical_run =
      std::chrono::duration<double>(script.habits.typical_run.value_or(std::chrono::seconds(50))).count();
  BuildPlan plan;
  plan.outcome = outcome;
  plan.queue = DrawDuration(random, 2.0, 0.6, 0.3, 15.0);
  plan.init = DrawDuration(random, 5.0, 0.9, 1.0, 54.0);
  plan.run = DrawDuration(random, typical_run, 0.5, 10.0, 900.0);
  const double where = random.Uniform();
  if (outcome == Outcome::kSkipped || (outcome == Outcome::kCancelled && where < 0.4)) {
    plan.stops_in = Phase::kQueue;
  } else if ((outcome == Outcome::kCancelled || outcome == Outcome::kFail) && where > 0.85) {
    plan.stops_in = Phase::kInit;  // a build token that was rolled ends a build here
  } else if (outcome == Outcome::kCancelled) {
    plan.run = std::max(milliseconds(1'000), Seconds(std::chrono::duration<double>(plan.run).count() * where));
  } else if (outcome == Outcome::kTerminated) {
    plan.run = kTimeout - plan.init;
  }
  return plan;
}

std::string DrawBranch(Random& random, const Script& script, BranchClass branch_class) {
  static constexpr std::array<std::string_view, 6> kTopics = {"feature/login",  "fix/cache-headers", "deps/update",
                                                              "feature/search", "docs/typo",         "fix/retries"};
  if (branch_class == BranchClass::kProduction) return script.production_branch;
  const std::string_view topic = kTopics[random.Below(kTopics.size())];
  return std::string(topic).append("-").append(std::to_string(random.Below(90) + 10));
}

DrawnBuild DrawBuild(Random& random, const Script& script) {
  DrawnBuild drawn;
  drawn.branch_class = random.Chance(0.4) ? BranchClass::kProduction : BranchClass::kPreview;
  drawn.source = DrawSource(random, drawn.branch_class);
  drawn.branch = DrawBranch(random, script, drawn.branch_class);
  drawn.plan = DrawPlan(random, script, DrawOutcome(random, script.habits.failure_share));
  return drawn;
}

ScriptHabits DrawHabits(Random& random, const ScriptHabits& given, std::size_t number) {
  static constexpr std::array<std::string_view, 8> kSubjects = {"shop",  "billing", "docs",   "auth",
                                                                "media", "search",  "status", "blog"};
  static constexpr std::array<std::string_view, 5> kParts = {"api", "web", "worker", "edge", "admin"};
  ScriptHabits habits = given;
  if (habits.name.empty()) {
    habits.name = kSubjects[number % kSubjects.size()];
    habits.name.append("-").append(kParts[number / kSubjects.size() % kParts.size()]);
    const std::size_t round = number / (kSubjects.size() * kParts.size());
    if (round > 0) habits.name.append("-").append(std::to_string(round + 1));
  }
  if (!habits.weight) habits.weight = random.LogNormal(1.0, 1.5);
  if (!habits.typical_run) habits.typical_run = DrawDuration(random, 50.0, 0.5, 15.0, 400.0);
  return habits;
}

Script DrawScript(Random& random, const ScriptHabits& habits, Instant created_on) {
  Script script;
  script.name = habits.name;
  script.habits = habits;
  script.created_on = created_on;
  script.tag = random.Hex(32);
  script.production_trigger_uuid = random.Uuid();
  script.preview_trigger_uuid = random.Uuid();
  script.repo_connection_uuid = random.Uuid();
  script.repo_name = habits.name;
  return script;
}

}  // namespace simulator
