#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/config.h"
#include "exporter/ledger/ledger.h"
#include "exporter/poll/call.h"
#include "exporter/poll/due_queue.h"
#include "exporter/poll/history_walk.h"
#include "exporter/poll/poll_observer.h"
#include "exporter/poll/script_cap.h"
#include "exporter/poll/script_filter.h"
#include "exporter/poll/tier.h"

namespace exporter::poll {

/// Uniform in [0, 1).
using Jitter = std::function<double()>;

/// What is to be asked next of one account. Knows nothing of budgets and of other accounts.
class AccountPlan {
 public:
  /// The references outlive the plan; `cap` is that of all accounts.
  AccountPlan(AccountIndex account, const config::Config& config, ledger::Ledger& ledger, PollObserver& observer,
              ScriptCap& cap, Jitter jitter);

  /// The plan goes into force: the first calls are due.
  void Begin(MonoTime now);
  /// When the first work is due; empty while everything waits for answers.
  std::optional<MonoTime> FirstDueAt() const;
  /// The most urgent work that is due, if any; it counts as under way until Complete or Abandon.
  std::optional<Call> Next(MonoTime now);
  /// The answer to a call; returns what it changed.
  ledger::ApplyReport Complete(const Call& call, const CallResult& result, MonoTime now);

  /// The API's time at `now`; empty before the first answer.
  std::optional<Timestamp> ApiTime(MonoTime now) const;
  /// Discovery and builds were usable lately.
  bool Up(MonoTime now) const;
  const std::optional<workers_builds::AccountLimits>& limits() const { return limits_; }
  /// The interval that a tier really has.
  milliseconds EffectiveInterval(Tier tier) const;
  std::array<int, kTiers.size()> TierCounts() const { return tier_counts_; }
  /// How late the most overdue work is.
  milliseconds Lag(MonoTime now) const;
  std::size_t watched_scripts() const { return watched_.size(); }

  /// Latest calls a second that the tiers' intervals take without stretching.
  double LatestDemandPerSecond() const;
  /// The intervals of all tiers are longer by this factor, 1 or more.
  void SetStretch(double stretch) { stretch_ = stretch; }

  /// Calls a second that discovery and limits take without stretching.
  double UpkeepDemandPerSecond() const;
  /// Their intervals are longer by this factor, 1 or more. Before Begin.
  void SetUpkeepStretch(double stretch) { upkeep_stretch_ = stretch; }

 private:
  /// The jitter of a latest call makes the interval longer or shorter by up to half of this share of it.
  static constexpr double kSpread = 0.1;
  /// A token that is refused, or that lacks a permission, is tried again this often.
  static constexpr std::chrono::minutes kRefusedInterval{3};

  enum class WalkKind : std::uint8_t { kFirst, kChange, kAudit };
  struct Walk {
    HistoryWalk walk;
    WalkKind kind;
    /// When the list is wanted again, for what has shown up since it began.
    std::optional<MonoTime> again{};
    /// A new build has shown up since it began, which it proves nothing about.
    bool missed_news = false;
  };
  struct FollowedBuild {
    ScriptId script = 0;
    workers_builds::Uuid uuid;
    auto operator<=>(const FollowedBuild&) const = default;
  };
  struct Watched {
    /// What the cap reckons with.
    std::int64_t series = 0;
    Tier tier = Tier::kIdle;
    MonoTime audit_at{};
    /// The last look at its newest build: in `latest`, or on the first page of its list.
    std::optional<MonoTime> looked_at{};
    /// When a build of it last began or stopped, as far as is known, and when its list was last read.
    std::optional<Timestamp> last_change{};
    std::optional<Timestamp> listed_at{};
    /// Since when a change is known that the list is to be read for once more, and when that is due.
    std::optional<MonoTime> unchecked_since{};
    std::optional<MonoTime> recheck_at{};
    /// A new build was merged from `latest`, and its list, which proves that it hid no others, is read later.
    bool proof_owed = false;
    /// Refusals in a row, and when its list may be asked for again after one.
    int latest_refusals = 0;
    int list_refusals = 0;
    MonoTime list_from{};
  };

  // account_plan.cc: what is asked next.
  bool Paused(Collector collector, MonoTime now) const;
  std::optional<Call> NextLatest(MonoTime now);
  std::optional<Call> NextNews(MonoTime now);
  std::optional<Call> NextBuild(MonoTime now);
  Call SimpleCall(Collector collector) const;
  milliseconds DiscoveryInterval() const;
  milliseconds LimitsInterval() const;

  // account_lists.cc: when a script's list is read.
  std::optional<Call> NextList(DueQueue<ScriptId>& queue, WalkKind kind, MonoTime now);
  Call ListCall(ScriptId script, const HistoryWalk& walk) const;
  DueQueue<ScriptId>& QueueOf(WalkKind kind);
  void ScheduleAudit(ScriptId script);
  void WantList(ScriptId script, MonoTime at);
  /// The list is wanted for a new build that `latest` has shown: at once, or when it serves as the recheck, too.
  void WantProof(ScriptId script, bool at_once, MonoTime now);
  /// Whether a new build that `latest` shows for the script, and that is not merged yet, may hide others.
  bool MayHideOthers(const ledger::ScriptHistory& script, const workers_builds::Build& seen, MonoTime now) const;
  /// The builds are in an answer that has changed what is known of the script.
  void NoteChange(ScriptId script, std::span<const workers_builds::Build> builds, MonoTime now);
  /// Whether the list has been read long enough after the script's last change to show what came late.
  bool IsRechecked(ScriptId script) const;
  void ScheduleRecheck(ScriptId script, MonoTime now);
  /// Another plan, before a restart or before the script had left, may have owed a list of it.
  void ResumeLists(ScriptId script, MonoTime now);

  // account_checks.cc: which answers are believed.
  /// Why an answer cannot be used, though it may be well formed; empty: it can.
  std::optional<workers_builds::Error> ErrorOf(const Call& call, const CallResult& result) const;
  void TakeDate(Timestamp date, MonoTime now);

  // account_answers.cc: what an answer means.
  void TakeDiscovery(const std::vector<workers_builds::Script>& scripts, MonoTime now, ledger::ApplyReport& report);
  void TakeLatest(const Call& call, const workers_builds::LatestBuilds& builds, MonoTime now,
                  ledger::ApplyReport& report);
  void TakeList(const Call& call, const workers_builds::BuildPage& page, MonoTime now, ledger::ApplyReport& report);
  void TakeBuild(const Call& call, const workers_builds::Build& build, MonoTime now, ledger::ApplyReport& report);
  /// The first page of a script's list shows what `latest` would.
  void TakeAsLook(ScriptId script, MonoTime now);
  void TakeTokenStatus(const Call& call, const workers_builds::TokenStatus& status, MonoTime now);
  /// What the ledger knows of the script may have changed: tier, builds to follow; `changed`: what comes late, too.
  void Follow(ScriptId script, bool changed, const HistoryWalk* ended, MonoTime now);
  /// Forgets what was noted about builds of the script that are not pending any more.
  void ForgetFinished(const ledger::ScriptHistory& script);
  /// Leaves those of the watched scripts that the caps let in.
  RefusedByCap RefuseNew(std::vector<workers_builds::Script>& watched);
  /// A new name may ask for histograms.
  void ReckonSeries(ScriptId script);
  void Watch(ScriptId script, MonoTime now);
  void Unwatch(ScriptId script);

  // account_errors.cc: what an error means.
  void Fail(const Call& call, const workers_builds::Error& error, MonoTime now, ledger::ApplyReport& report);
  bool SplitLatest(const Call& call, const workers_builds::Error& error, MonoTime now);
  void BuildNotFound(const Call& call, MonoTime now, ledger::ApplyReport& report);
  void ExplainRefusal(const Call& call, const workers_builds::Error& error, MonoTime now);
  void Reschedule(const Call& call, MonoTime at);
  milliseconds RegularInterval(const Call& call, const workers_builds::Error& error);

  AccountIndex account_;
  const config::Config& config_;
  ledger::Ledger& ledger_;
  PollObserver& observer_;
  ScriptCap& cap_;
  Jitter jitter_;
  ScriptFilter filter_;
  double stretch_ = 1;
  double upkeep_stretch_ = 1;

  std::optional<MonoTime> discovery_at_;
  std::optional<MonoTime> limits_at_;
  std::optional<MonoTime> verify_at_;
  bool verify_account_token_ = false;
  DueQueue<ScriptId> latest_;
  /// Scripts for which a latest call of their own was refused: they go alone, or they would take others with them.
  DueQueue<ScriptId> refused_;
  DueQueue<ScriptId> lists_;
  DueQueue<ScriptId> first_walks_;
  DueQueue<ScriptId> audits_;
  DueQueue<FollowedBuild> builds_;
  std::vector<std::vector<ScriptId>> split_batches_;
  MonoTime split_at_{};
  std::multimap<MonoTime, Call> retries_;
  /// Turns that other work has had since a first walk, and since an audit, had one.
  int turns_since_walk_ = 0;
  int turns_since_audit_ = 0;
  bool latest_had_turn_ = false;

  std::unordered_map<ScriptId, Watched> watched_;
  std::unordered_map<ScriptId, Walk> walks_;
  /// Of pending builds only: since when the API does not know them, or shows them stopped without an outcome.
  std::map<FollowedBuild, MonoTime> not_found_since_;
  std::map<FollowedBuild, MonoTime> no_outcome_since_;
  std::array<int, kTiers.size()> tier_counts_{};

  std::array<MonoTime, kCollectors.size()> paused_until_{};
  MonoTime all_paused_until_{};
  std::optional<Timestamp> api_time_;
  MonoTime api_time_at_{};
  /// What the last answer said, when that was too far off to be taken.
  std::optional<Timestamp> doubted_time_;
  std::optional<MonoTime> discovered_at_;
  std::optional<MonoTime> builds_seen_at_;
  std::optional<workers_builds::AccountLimits> limits_;
};

}  // namespace exporter::poll
