#include "tests/simulator/truth_script.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace simulator {
namespace {

using std::chrono::milliseconds;

constexpr std::array kOutcomes = {Outcome::kSuccess,   Outcome::kFail,       Outcome::kSkipped,
                                  Outcome::kCancelled, Outcome::kTerminated, Outcome::kUnknown};

/// Appends the samples of one script and branch class.
class ClassTruth {
 public:
  ClassTruth(std::vector<Series>& series, Labels labels, std::vector<const Build*> builds, bool always_there)
      : series_(series), labels_(std::move(labels)), builds_(std::move(builds)), always_there_(always_there) {}

  void Append(Instant baseline) {
    AppendCounters(baseline);
    AppendActive();
    if (builds_.empty() && !always_there_) return;
    AppendVerdicts(Verdicts(builds_));
    if (!builds_.empty()) AppendNewest(*builds_.back());
  }

 private:
  void Add(std::string_view name, double value, const Labels& more = {}) {
    Labels labels = labels_;
    labels.insert(more.begin(), more.end());
    series_.push_back({"cloudflare_workers_builds_" + std::string(name), std::move(labels), value});
  }

  void AppendCounters(Instant baseline) {
    std::map<Outcome, double> completed;
    std::map<Phase, milliseconds> phase_time;
    std::map<Phase, double> phase_builds;
    double submitted = 0;
    bool any = always_there_;
    for (const Build* build : builds_) {
      if (build->created_on >= baseline) {
        ++submitted;
        any = true;
      }
      if (build->status != Status::kStopped || *build->stopped_on < baseline) continue;
      any = true;
      ++completed[*build->outcome];
      for (const Phase phase : kPhases) {
        const auto time = TimeIn(*build, phase);
        if (!time) continue;
        phase_time[phase] += *time;
        ++phase_builds[phase];
      }
    }
    if (!any) return;
    Add("submitted_total", submitted);
    for (const Outcome outcome : kOutcomes) {
      if (outcome == Outcome::kUnknown && completed[outcome] == 0) continue;
      Add("completed_total", completed[outcome], {{"outcome", std::string(Label(outcome))}});
    }
    for (const Phase phase : kPhases) {
      const Labels label = {{"phase", std::string(Label(phase))}};
      Add("phase_seconds_total", static_cast<double>(phase_time[phase].count()) / 1000.0, label);
      Add("phase_builds_total", phase_builds[phase], label);
    }
  }

  void AppendActive() {
    for (const Status status : kActiveStatuses) {
      std::optional<Instant> oldest;
      for (const Build* build : builds_) {
        if (build->status != status) continue;
        oldest = std::min(oldest.value_or(build->StatusSince()), build->StatusSince());
      }
      if (!oldest) continue;
      Add("script_oldest_active_timestamp_seconds", ToSeconds(*oldest), {{"status", std::string(Label(status))}});
    }
  }

  void AppendVerdicts(const std::vector<const Build*>& verdicts) {
    double consecutive_failures = 0;
    const Build* last_success = nullptr;
    const Build* last_failure = nullptr;
    for (const Build* build : verdicts) {
      if (build->outcome == Outcome::kSuccess) {
        consecutive_failures = 0;
        last_success = build;
      } else if (IsFailure(*build)) {
        ++consecutive_failures;
        last_failure = build;
      }
    }
    Add("consecutive_failures", consecutive_failures);
    if (last_success != nullptr) Add("last_success_timestamp_seconds", ToSeconds(*last_success->stopped_on));
    if (last_failure != nullptr) Add("last_failure_timestamp_seconds", ToSeconds(*last_failure->stopped_on));
    if (verdicts.empty()) return;
    const Build& newest = *verdicts.back();
    Add("last_completed_timestamp_seconds", ToSeconds(*newest.stopped_on));
    for (const Outcome outcome : {Outcome::kSuccess, Outcome::kFail, Outcome::kTerminated, Outcome::kUnknown}) {
      Add("last_completed_outcome", newest.outcome == outcome ? 1 : 0, {{"outcome", std::string(Label(outcome))}});
    }
    for (const Phase phase : kPhases) {
      const auto time = TimeIn(newest, phase);
      if (!time) continue;
      Add("last_phase_seconds", static_cast<double>(time->count()) / 1000.0, {{"phase", std::string(Label(phase))}});
    }
    if (last_failure != nullptr && newest.outcome != Outcome::kSuccess)
      AppendInfo("last_failed_build_info", *last_failure);
  }

  void AppendNewest(const Build& newest) {
    for (const Status status : kStatuses) {
      Add("latest_status", newest.status == status ? 1 : 0, {{"status", std::string(Label(status))}});
    }
    Add("latest_status", 0, {{"status", "unknown"}});
    Add("latest_submitted_timestamp_seconds", ToSeconds(newest.created_on));
    AppendInfo("latest_build_info", newest);
  }

  void AppendInfo(std::string_view name, const Build& build) {
    Add(name, 1, {{"build_uuid", build.uuid}, {"trigger", std::string(Label(build.source))}});
  }

  std::vector<Series>& series_;
  Labels labels_;
  std::vector<const Build*> builds_;
  bool always_there_;
};

void AppendScriptInfo(std::vector<Series>& series, const Labels& script_labels, const Script& script,
                      const std::vector<const Build*>& builds) {
  const bool production = std::any_of(
      builds.begin(), builds.end(), [](const Build* build) { return build->branch_class == BranchClass::kProduction; });
  Labels labels = script_labels;
  labels["script_tag"] = script.tag;
  labels["repository"] = builds.empty() ? "" : script.provider_account_name + "/" + script.repo_name;
  labels["provider"] = builds.empty() ? "" : script.provider_type;
  labels["production_branch"] = production ? script.production_branch : "";
  series.push_back({"cloudflare_workers_builds_script_info", std::move(labels), 1});
}

}  // namespace

void AppendScriptTruth(std::vector<Series>& series, const SimulatedAccount& account, const Script& script,
                       Instant baseline) {
  const Labels labels = {{"account", account.name()}, {"script_name", script.name}};
  const auto builds = VisibleBuilds(account, script);
  AppendScriptInfo(series, labels, script, builds);
  if (builds.empty()) return;  // not connected as far as the API shows
  for (const BranchClass branch_class : kBranchClasses) {
    std::vector<const Build*> of_class;
    std::copy_if(builds.begin(), builds.end(), std::back_inserter(of_class),
                 [&](const Build* build) { return build->branch_class == branch_class; });
    Labels class_labels = labels;
    class_labels["branch_class"] = Label(branch_class);
    const bool always_there = branch_class != BranchClass::kUnknown;
    ClassTruth(series, std::move(class_labels), std::move(of_class), always_there).Append(baseline);
  }
}

std::vector<const Build*> VisibleBuilds(const SimulatedAccount& account, const Script& script) {
  std::vector<const Build*> visible;
  for (const std::size_t index : script.builds) {
    const Build& build = account.builds()[index];
    if (build.VisibleAt(account.now())) visible.push_back(&build);
  }
  return visible;
}

std::vector<const Build*> Verdicts(const std::vector<const Build*>& builds) {
  std::vector<const Build*> verdicts;
  std::copy_if(builds.begin(), builds.end(), std::back_inserter(verdicts),
               [](const Build* build) { return IsVerdict(*build); });
  std::sort(verdicts.begin(), verdicts.end(), [](const Build* a, const Build* b) {
    return std::tie(*a->stopped_on, a->uuid) < std::tie(*b->stopped_on, b->uuid);
  });
  return verdicts;
}

bool IsVerdict(const Build& build) {
  return build.outcome && *build.outcome != Outcome::kSkipped && *build.outcome != Outcome::kCancelled;
}

bool IsFailure(const Build& build) {
  return build.outcome == Outcome::kFail || build.outcome == Outcome::kTerminated;
}

std::optional<milliseconds> TimeIn(const Build& build, Phase phase) {
  switch (phase) {
    case Phase::kQueue:
      return build.initializing_on.value_or(*build.stopped_on) - build.created_on;
    case Phase::kInit:
      if (!build.initializing_on) return std::nullopt;
      return build.running_on.value_or(*build.stopped_on) - *build.initializing_on;
    case Phase::kRun:
      break;
  }
  if (!build.running_on) return std::nullopt;
  return *build.stopped_on - *build.running_on;
}

std::string_view Label(Phase phase) {
  switch (phase) {
    case Phase::kQueue:
      return "queue";
    case Phase::kInit:
      return "init";
    case Phase::kRun:
      break;
  }
  return "run";
}

}  // namespace simulator
