// What tests do to a SimulatedAccount.
#include <utility>

#include "tests/simulator/build_plan.h"
#include "tests/simulator/simulated_account.h"

namespace simulator {

tl::expected<std::string, std::string> SimulatedAccount::Submit(const Submission& submission) {
  const auto script = IndexOf(submission.script);
  if (!script) return tl::unexpected("there is no script '" + submission.script + "' in account " + id());
  if (!scripts_[*script].habits.connected) {
    return tl::unexpected("script '" + submission.script + "' has no triggers: a build of it cannot be started");
  }
  Random own = RandomForNextBuild();
  Build build;
  build.script = *script;
  build.created_on = now_;
  build.branch_class = submission.branch_class;
  build.source = submission.source;
  build.branch =
      submission.branch.empty() ? DrawBranch(own, scripts_[*script], submission.branch_class) : submission.branch;
  build.plan = DrawPlan(own, scripts_[*script], submission.outcome);
  if (submission.outcome == Outcome::kSkipped) {
    build.plan.stops_in = Phase::kQueue;
  } else if (submission.run) {
    build.plan.stops_in = Phase::kRun;
  } else if (submission.init) {
    build.plan.stops_in = Phase::kInit;
  } else if (submission.queue) {
    build.plan.stops_in = Phase::kQueue;
  }
  build.plan.stops_in = submission.stops_in.value_or(build.plan.stops_in);
  build.plan.queue = submission.queue.value_or(build.plan.queue);
  build.plan.init = submission.init.value_or(build.plan.init);
  build.plan.run = submission.run.value_or(build.plan.run);
  if (submission.hidden_for > std::chrono::milliseconds(0)) build.hidden_until = now_ + submission.hidden_for;
  const std::size_t index = AddBuild(std::move(build), own);
  Enqueue(index);
  return builds_[index].uuid;
}

tl::expected<void, std::string> SimulatedAccount::Cancel(std::string_view build_uuid) {
  const Build* build = FindBuild(build_uuid);
  if (build == nullptr) return tl::unexpected("there is no build '" + std::string(build_uuid) + "'");
  if (build->status == Status::kStopped) {
    return tl::unexpected("build '" + build->uuid + "' has stopped already: only a build under way can be cancelled");
  }
  Stop(static_cast<std::size_t>(build - builds_.data()), now_, Outcome::kCancelled);
  return {};
}

tl::expected<void, std::string> SimulatedAccount::Rename(std::string_view script, std::string_view new_name) {
  const auto index = IndexOf(script);
  if (!index) return tl::unexpected("there is no script '" + std::string(script) + "' in account " + id());
  if (new_name.empty()) return tl::unexpected("the new name of script '" + std::string(script) + "' is empty");
  if (FindScriptByName(new_name) != nullptr) {
    return tl::unexpected("there is a script '" + std::string(new_name) + "' already: names are unique");
  }
  scripts_[*index].name = new_name;
  return {};
}

tl::expected<void, std::string> SimulatedAccount::Delete(std::string_view script) {
  const auto index = IndexOf(script);
  if (!index) return tl::unexpected("there is no script '" + std::string(script) + "' in account " + id());
  // Those that wait go first, so that none of them gets a slot that another one leaves.
  for (const bool queued : {true, false}) {
    for (const std::size_t build : scripts_[*index].builds) {
      const Status status = builds_[build].status;
      if (status == Status::kStopped || (status == Status::kQueued) != queued) continue;
      Stop(build, now_, Outcome::kCancelled);
    }
  }
  scripts_[*index].deleted = true;
  ReweighScripts();
  return {};
}

tl::expected<std::string, std::string> SimulatedAccount::Create(const ScriptHabits& habits) {
  if (FindScriptByName(habits.name) != nullptr) {
    return tl::unexpected("there is a script '" + habits.name + "' already: names are unique");
  }
  AddScript(habits, now_);
  ReweighScripts();
  return scripts_.back().tag;
}

}  // namespace simulator
