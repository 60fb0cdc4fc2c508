#include "exporter/poll_reporter.h"

#include <algorithm>
#include <utility>

#include "exporter/log.h"

namespace exporter {
namespace {

using ledger::AccountIndex;
using workers_builds::Error;
using workers_builds::ErrorReason;

/// Words that the log names; a server that makes up new ones all the time does not fill it.
constexpr std::size_t kMaxUnknownWords = 1000;

/// The error without what changes from call to call, so that one trouble is logged once.
std::string KindOf(const Error& error) {
  return std::string(ToWord(error.reason)) + "/" + std::to_string(error.status) + "/" +
         std::to_string(error.cloudflare_code.value_or(0));
}

}  // namespace

PollReporter::PollReporter(const config::Config& config, metrics::SelfMetrics& metrics, const Clock& clock)
    : config_(config), metrics_(metrics), clock_(clock) {
  for (const config::Account& account : config.accounts) metrics_.DeclareAccount(account.name);
}

void PollReporter::OnAnswer(const poll::Call& call, const poll::CallResult& result) {
  answer_took_ = result.duration;
  const std::string& account = NameOf(call.account);
  if (result.payload || result.payload.error().reason != ErrorReason::kCancelled) {
    metrics_.ApiRequest(account, call.collector, result.meta.status, result.duration);
  }
  for (const auto& limit : result.meta.rate_limits) {
    std::optional<workers_builds::Timestamp> reset;
    if (limit.reset) reset = clock_.WallNow() + *limit.reset;
    metrics_.SetRateLimit(account, limit.policy, limit.remaining, limit.quota, reset);
  }
  if (result.meta.invalid_utf8 > 0) metrics_.Anomalies(metrics::Anomaly::kInvalidUtf8, result.meta.invalid_utf8);
  for (const auto& [field, word] : result.meta.unknown_values) {
    metrics_.UnknownValue(field);
    if (unknown_words_.size() < kMaxUnknownWords && unknown_words_.emplace(field, word).second) {
      log::Warn("the API used a word that this version does not know; it is shown as unknown",
                {{"account", account}, {"field", field}, {"word", word}});
    }
  }
}

void PollReporter::OnRetry(const poll::Call& call, ErrorReason reason) {
  metrics_.ApiRetry(call.collector, reason);
  log::Debug("a call is tried again", {{"account", NameOf(call.account)},
                                       {"collector", std::string(ToWord(call.collector))},
                                       {"reason", std::string(ToWord(reason))},
                                       {"attempt", std::to_string(call.attempt + 1)}});
}

void PollReporter::OnCollected(const poll::Call& call, const Error* error) {
  const std::string& account = NameOf(call.account);
  const std::string collector(ToWord(call.collector));
  metrics_.CollectorFinished(account, call.collector, error == nullptr ? std::nullopt : std::optional(error->reason),
                             answer_took_, clock_.WallNow());
  CollectorState& state = collectors_[{call.account, call.collector}];
  if (error == nullptr) {
    if (!state.trouble.empty()) log::Info("works again", {{"account", account}, {"collector", collector}});
    state.trouble.clear();
    state.last_success = clock_.WallNow();
    if (!IsRefused(call.account)) diagnoses_.erase(call.account);
    return;
  }
  state.error = Describe(*error);
  state.failed_at = clock_.WallNow();
  if (std::exchange(state.trouble, KindOf(*error)) == KindOf(*error)) return;
  log::Warn("the API gave no usable answer", {{"account", account}, {"collector", collector}, {"error", state.error}});
}

bool PollReporter::IsRefused(AccountIndex account) const {
  return std::ranges::any_of(poll::kCollectors, [&](poll::Collector collector) {
    const std::string& trouble = StateOf(account, collector).trouble;
    return trouble.starts_with(ToWord(ErrorReason::kAuth)) || trouble.starts_with(ToWord(ErrorReason::kForbidden));
  });
}

const PollReporter::CollectorState& PollReporter::StateOf(AccountIndex account, poll::Collector collector) const {
  static const CollectorState kNothingYet;
  const auto state = collectors_.find({account, collector});
  return state == collectors_.end() ? kNothingYet : state->second;
}

std::string PollReporter::DiagnosisOf(AccountIndex account) const {
  const auto diagnosis = diagnoses_.find(account);
  return diagnosis == diagnoses_.end() ? "" : diagnosis->second;
}

void PollReporter::OnTokenTrouble(AccountIndex account, const std::string& diagnosis) {
  if (std::exchange(diagnoses_[account], diagnosis) == diagnosis) return;
  log::Error("Cloudflare refuses the token", {{"account", NameOf(account)}, {"why", diagnosis}});
}

void PollReporter::OnHistoryGap(const ledger::ScriptHistory& script) {
  metrics_.HistoryGap(NameOf(script.account));
  log::Warn("the list of builds ended before it reached what was known; builds may be missing",
            {{"account", NameOf(script.account)},
             {"script", script.name},
             {"known_to", script.proven_to ? workers_builds::FormatTimestamp(*script.proven_to) : "nothing"}});
}

void PollReporter::OnLostBuild(const ledger::ScriptHistory& script, const workers_builds::Uuid& uuid) {
  metrics_.LostBuild(NameOf(script.account));
  log::Warn("the API does not know a build any more that never stopped",
            {{"account", NameOf(script.account)}, {"script", script.name}, {"build_uuid", FormatUuid(uuid)}});
}

void PollReporter::OnApplied(AccountIndex account, const ledger::ApplyReport& report) {
  if (report.late_builds > 0) metrics_.LateBuilds(NameOf(account), report.late_builds);
  const auto count = [this](metrics::Anomaly anomaly, int times) {
    if (times > 0) metrics_.Anomalies(anomaly, times);
  };
  count(metrics::Anomaly::kNegativeDuration, report.anomalies.negative_duration);
  count(metrics::Anomaly::kContradiction, report.anomalies.contradiction);
  count(metrics::Anomaly::kNoStoppedOn, report.anomalies.no_stopped_on);
}

void PollReporter::OnScriptsRefused(AccountIndex account, const poll::RefusedByCap& refused) {
  const poll::RefusedByCap before = std::exchange(refused_scripts_[account], refused);
  std::int64_t all = 0;
  for (const auto& [index, by_cap] : refused_scripts_) {
    for (const poll::RefusedScripts& scripts : by_cap) all += scripts.scripts;
  }
  metrics_.SetScriptsDropped(all);
  for (const poll::DropReason reason : poll::kDropReasons) {
    const poll::RefusedScripts& now = refused[static_cast<std::size_t>(reason)];
    const poll::RefusedScripts& last = before[static_cast<std::size_t>(reason)];
    if (now.series > last.series) metrics_.SeriesDropped(reason, now.series - last.series);
    if (now.scripts == last.scripts) continue;
    const bool by_scripts = reason == poll::DropReason::kMaxScripts;
    log::Warn("new scripts are not watched: the cap is reached",
              {{"account", NameOf(account)},
               {"refused", std::to_string(now.scripts)},
               {"metrics." + std::string(ToWord(reason)),
                std::to_string(by_scripts ? config_.metrics.max_scripts : config_.metrics.max_series)}});
  }
}

void PollReporter::ReportLoad(const ledger::LoadReport& report, const ledger::Ledger& ledger) const {
  for (const ledger::Recount& recount : report.recounted) {
    const std::optional<workers_builds::Timestamp>& baseline = ledger.account(recount.account).baseline;
    log::Warn("state.baseline has changed: the account's counters are counted again",
              {{"account", NameOf(recount.account)},
               {"baseline", workers_builds::FormatTimestamp(*baseline)},
               {"before", workers_builds::FormatTimestamp(recount.baseline_before)}});
  }
  for (const ledger::Resharded& resharded : report.resharded) {
    if (resharded.account >= config_.accounts.size()) continue;
    log::Info(
        "the shard has changed: the account's counters begin anew, scripts that come are read back to the baseline",
        {{"account", NameOf(resharded.account)},
         {"shard", ToText(ledger.shard())},
         {"before", ToText(resharded.before)}});
  }
  for (AccountIndex account = 0; account < config_.accounts.size(); ++account) {
    const ledger::AccountHistory& history = ledger.account(account);
    if (!history.started) continue;
    log::Info("goes on with the state", {{"account", NameOf(account)},
                                         {"scripts", std::to_string(history.scripts.size())},
                                         {"counts_from", workers_builds::FormatTimestamp(*history.baseline)},
                                         {"builds_in_all", std::to_string(report.builds)}});
  }
}

void PollReporter::ReportState(const poll::PollPlan& plan, const ledger::Ledger& ledger, ledger::LedgerStore& store,
                               poll::MonoTime now) {
  for (AccountIndex account = 0; account < config_.accounts.size(); ++account) {
    const std::string& name = NameOf(account);
    const poll::AccountPlan& polled = plan.account(account);
    // An even part each, so that neither sums nor ratios over accounts count a shared budget twice.
    const auto sharing = static_cast<double>(plan.accounts_of_token(account));
    metrics_.SetBudget(name, plan.budget(account).requests_per_window() / sharing,
                       plan.budget(account).used(now) / sharing);
    metrics_.SetSchedulerLag(name, polled.Lag(now));
    const auto tiers = polled.TierCounts();
    for (const poll::Tier tier : poll::kTiers) {
      metrics_.SetTier(name, tier, tiers[static_cast<std::size_t>(tier)], polled.EffectiveInterval(tier));
    }
    const auto throttled = plan.throttled(account, now);
    if (const auto more = throttled - std::exchange(throttled_[account], throttled); more.count() > 0) {
      metrics_.Throttled(name, more);
    }
    std::int64_t open = 0;
    std::int64_t recent = 0;
    for (const ledger::ScriptId id : ledger.account(account).scripts) {
      const ledger::ScriptHistory& script = ledger.script(id);
      open += static_cast<std::int64_t>(script.pending.size());
      for (const ledger::ClassHistory& history : script.classes) {
        recent += static_cast<std::int64_t>(history.unsettled.size()) + (history.newest ? 1 : 0);
      }
    }
    metrics_.SetBuildsTracked(name, open, recent);
  }
  ReportCommits(ledger.commit_state());
  metrics_.SetStateSize(store.SizeBytes());
}

void PollReporter::ReportCommits(const ledger::CommitState& state) {
  const bool failed = state.errors > commits_.errors;
  const bool wrote = state.commits > commits_.commits;
  for (; commits_.commits < state.commits; ++commits_.commits) metrics_.StateCommitted(true, clock_.WallNow());
  for (; commits_.errors < state.errors; ++commits_.errors) metrics_.StateCommitted(false, clock_.WallNow());
  if (failed && std::exchange(commits_.last_error, state.last_error) != state.last_error) {
    log::Error("the ledger could not be written; it goes on in memory", {{"error", state.last_error}});
  } else if (wrote && !failed && !commits_.last_error.empty()) {
    log::Info("the ledger is written again");
    commits_.last_error.clear();
  }
}

}  // namespace exporter
