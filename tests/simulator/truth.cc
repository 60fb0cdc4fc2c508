#include "tests/simulator/truth.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "tests/simulator/truth_histogram.h"
#include "tests/simulator/truth_script.h"

namespace simulator {
namespace {

using std::chrono::milliseconds;

// The default buckets of the metric catalogue.
const std::vector<int> kQueueBounds = {1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600};
const std::vector<int> kInitBounds = {1, 2, 5, 10, 15, 20, 30, 45, 60, 120, 300};
const std::vector<int> kRunBounds = {10, 20, 30, 45, 60, 90, 120, 180, 300, 450, 600, 900, 1200, 1500};
const std::vector<int> kEpisodeBounds = {300, 900, 1800, 3600, 7200, 14400, 28800, 86400, 259200};

constexpr std::string_view kPrefix = "cloudflare_workers_builds_";

std::string_view OutcomeGroup(Outcome outcome) {
  if (outcome == Outcome::kSuccess) return "success";
  return outcome == Outcome::kFail || outcome == Outcome::kTerminated ? "failure" : "other";
}

/// All that the account's builds add up to, also those of scripts that were deleted.
class AccountTruth {
 public:
  AccountTruth(std::vector<Series>& series, const SimulatedAccount& account, Instant baseline)
      : series_(series), account_(account), baseline_(baseline) {}

  void Append() {
    AppendScripts();
    AppendActive();
    AppendTriggered();
    AppendDurations();
    AppendEpisodes();
    AppendLimits();
  }

 private:
  Labels Account(const Labels& more = {}) const {
    Labels labels = more;
    labels["account"] = account_.name();
    return labels;
  }

  void Add(std::string_view name, double value, const Labels& more = {}) {
    series_.push_back({std::string(kPrefix) + std::string(name), Account(more), value});
  }

  template <typename Visit>
  void ForEachVisible(Visit visit) const {
    for (const Build& build : account_.builds()) {
      if (build.VisibleAt(account_.now())) visit(build);
    }
  }

  void AppendScripts() {
    double connected = 0;
    double not_connected = 0;
    for (const Script& script : account_.scripts()) {
      if (script.deleted) continue;
      ++(VisibleBuilds(account_, script).empty() ? not_connected : connected);
    }
    Add("scripts", connected, {{"connected", "true"}});
    Add("scripts", not_connected, {{"connected", "false"}});
  }

  void AppendActive() {
    for (const Status status : kActiveStatuses) {
      double count = 0;
      std::optional<Instant> oldest;
      ForEachVisible([&](const Build& build) {
        if (build.status != status) return;
        ++count;
        oldest = std::min(oldest.value_or(build.StatusSince()), build.StatusSince());
      });
      const Labels label = {{"status", std::string(Label(status))}};
      Add("active", count, label);
      if (oldest) Add("oldest_active_timestamp_seconds", ToSeconds(*oldest), label);
    }
  }

  void AppendTriggered() {
    std::map<std::pair<BranchClass, std::string_view>, double> counts;
    for (const BranchClass branch_class : kBranchClasses) {
      for (const Source source : {Source::kPush, Source::kPullRequest, Source::kManual, Source::kApi,
                                  Source::kDeployHook, Source::kUnknown}) {
        counts[{branch_class, Label(source)}] = 0;
      }
    }
    ForEachVisible([&](const Build& build) {
      if (build.created_on >= baseline_) ++counts[{build.branch_class, Label(build.source)}];
    });
    for (const auto& [key, count] : counts) {
      Add("triggered_total", count,
          {{"branch_class", std::string(Label(key.first))}, {"trigger", std::string(key.second)}});
    }
  }

  void AppendDurations() {
    struct Durations {
      TruthHistogram queue{kQueueBounds};
      TruthHistogram init{kInitBounds};
      TruthHistogram run{kRunBounds};
      TruthHistogram elapsed{kRunBounds};
    };
    std::map<std::pair<BranchClass, std::string_view>, Durations> all;
    for (const BranchClass branch_class : kBranchClasses) {
      for (const std::string_view group : {"success", "failure", "other"}) all[{branch_class, group}];
    }
    ForEachVisible([&](const Build& build) {
      if (build.status != Status::kStopped || *build.stopped_on < baseline_) return;
      Durations& durations = all[{build.branch_class, OutcomeGroup(*build.outcome)}];
      durations.queue.Observe(*TimeIn(build, Phase::kQueue));
      if (const auto init = TimeIn(build, Phase::kInit)) durations.init.Observe(*init);
      if (const auto run = TimeIn(build, Phase::kRun)) durations.run.Observe(*run);
      durations.elapsed.Observe(*build.stopped_on - build.created_on);
    });
    for (const auto& [key, durations] : all) {
      const Labels labels =
          Account({{"branch_class", std::string(Label(key.first))}, {"outcome_group", std::string(key.second)}});
      durations.queue.AppendTo(series_, std::string(kPrefix) + "queue_duration_seconds", labels);
      durations.init.AppendTo(series_, std::string(kPrefix) + "init_duration_seconds", labels);
      durations.run.AppendTo(series_, std::string(kPrefix) + "run_duration_seconds", labels);
      durations.elapsed.AppendTo(series_, std::string(kPrefix) + "elapsed_duration_seconds", labels);
    }
  }

  void AppendEpisodes() {
    TruthHistogram episodes(kEpisodeBounds);
    for (const Script& script : account_.scripts()) {
      const Build* first_failure = nullptr;
      for (const Build* build : Verdicts(VisibleBuilds(account_, script))) {
        if (build->branch_class != BranchClass::kProduction) continue;
        if (IsFailure(*build)) {
          if (first_failure == nullptr) first_failure = build;
        } else if (build->outcome == Outcome::kSuccess) {
          const bool ends_one = first_failure != nullptr && *build->stopped_on >= baseline_;
          if (ends_one) episodes.Observe(*build->stopped_on - *first_failure->stopped_on);
          first_failure = nullptr;
        }
      }
    }
    episodes.AppendTo(series_, std::string(kPrefix) + "failure_episode_seconds", Account());
  }

  void AppendLimits() {
    const bool free = account_.plan() == Plan::kFree;
    const Limits limits = account_.limits();
    if (limits.reached) Add("account_limit_reached", *limits.reached ? 1 : 0);
    if (limits.refresh_on) Add("account_limit_refresh_timestamp_seconds", ToSeconds(*limits.refresh_on));
    Add("account_included_seconds", free ? 3'000 * 60 : 6'000 * 60);
    Add("account_concurrency_limit", free ? 1 : 6);
    Add("account_info", 1, {{"account_id", account_.id()}, {"plan", free ? "free" : "paid"}});
  }

  std::vector<Series>& series_;
  const SimulatedAccount& account_;
  Instant baseline_;
};

}  // namespace

std::vector<Series> TruthOf(const SimulatedAccount& account, Instant baseline) {
  std::vector<Series> series;
  AccountTruth(series, account, baseline).Append();
  for (const Script& script : account.scripts()) {
    if (!script.deleted) AppendScriptTruth(series, account, script, baseline);
  }
  return series;
}

}  // namespace simulator
