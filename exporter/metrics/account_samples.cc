#include "exporter/metrics/account_samples.h"

#include <algorithm>
#include <array>
#include <chrono>
#include "exporter/metrics/duration_samples.h"

namespace exporter::metrics {
namespace {

using ledger::AccountCounters;
using ledger::AccountHistory;
using ledger::BranchClass;
using ledger::BuildStatus;
using ledger::Index;
using ledger::milliseconds;
using ledger::ScriptHistory;
using ledger::Timestamp;
using ledger::ToWord;

/// Workers Builds' limits and prices: build minutes a month and builds at once.
struct PlanLimits {
  std::string_view word;
  std::optional<milliseconds> included;
  std::optional<int> concurrency;
};

PlanLimits LimitsOf(config::Plan plan) {
  using std::chrono::minutes;
  switch (plan) {
    case config::Plan::kFree:
      return {"free", minutes(3000), 1};
    case config::Plan::kPaid:
      return {"paid", minutes(6000), 6};
    case config::Plan::kUnknown:
      break;
  }
  return {"", std::nullopt, std::nullopt};
}

SampleWriter PartWriter(const config::Account& settings, ledger::Shard shard, std::optional<Timestamp> baseline,
                        FamilyTexts& texts) {
  if (shard.alone()) return SampleWriter(texts, {{"account", settings.name}}, baseline);
  return SampleWriter(texts, {{"account", settings.name}, {"shard", ToText(shard)}}, baseline);
}

void WriteCounters(const AccountCounters& counters, const ledger::BucketBounds& bounds, SampleWriter& out) {
  for (const BranchClass branch_class : ledger::kBranchClasses) {
    for (const auto source : ledger::kTriggerSources) {
      out.Add(Family::kTriggeredTotal, {{"branch_class", ToWord(branch_class)}, {"trigger", ToWord(source)}},
              counters.triggered[Index(branch_class)][Index(source)]);
    }
    WriteDurations(kAccountHistograms, counters.durations, bounds, branch_class, out);
  }
  out.AddHistogram(kAccountHistograms.episode, {}, counters.durations.failure_episode, bounds.episode);
}

void WriteScriptCounts(const ledger::Ledger& ledger, const AccountHistory& history, SampleWriter& out) {
  // All scripts are counted: not where nobody asks for it.
  const auto families = {Family::kScripts, Family::kHistoryPendingScripts, Family::kActive,
                         Family::kOldestActiveTimestampSeconds};
  if (std::ranges::none_of(families, [&](Family family) { return out.Shows(family); })) return;
  std::int64_t connected = 0;
  std::int64_t unconnected = 0;
  std::int64_t pending = 0;
  std::array<std::int64_t, ledger::kStatuses.size()> active{};
  std::array<std::optional<Timestamp>, ledger::kStatuses.size()> oldest;
  for (const ledger::ScriptId id : history.scripts) {
    const ScriptHistory& script = ledger.script(id);
    if (!script.present) continue;
    ++(script.connected() ? connected : unconnected);
    pending += script.history_pending() ? 1 : 0;
    for (const auto& [uuid, row] : script.pending) {
      if (!row.open()) continue;
      ++active[Index(row.status)];
      auto& first = oldest[Index(row.status)];
      first = std::min(first.value_or(EnteredAt(row)), EnteredAt(row));
    }
  }
  if (history.discovered()) {
    out.Add(Family::kScripts, {{"connected", "true"}}, connected);
    out.Add(Family::kScripts, {{"connected", "false"}}, unconnected);
    out.Add(Family::kHistoryPendingScripts, pending);
  }
  for (const BuildStatus status : ledger::kActiveStatuses) {
    out.Add(Family::kActive, {{"status", ToWord(status)}}, active[Index(status)]);
    if (const auto& first = oldest[Index(status)]) {
      out.Add(Family::kOldestActiveTimestampSeconds, {{"status", ToWord(status)}}, first->time_since_epoch());
    }
  }
}

/// What the API and the configuration say of the account as a whole.
void WriteFacts(const config::Account& settings, const AccountState& state, std::optional<Timestamp> period_start,
                SampleWriter& out) {
  if (state.limits) {
    if (const auto reached = state.limits->has_reached_build_minutes_limit) {
      out.Add(Family::kAccountLimitReached, *reached ? 1 : 0);
    }
    if (const auto refresh = state.limits->build_minutes_refresh_on) {
      out.Add(Family::kAccountLimitRefreshTimestampSeconds, refresh->time_since_epoch());
    }
  }
  if (period_start) out.Add(Family::kAccountPeriodStartTimestampSeconds, period_start->time_since_epoch());
  const PlanLimits plan = LimitsOf(settings.plan);
  if (plan.included) out.Add(Family::kAccountIncludedSeconds, *plan.included);
  if (plan.concurrency) out.Add(Family::kAccountConcurrencyLimit, *plan.concurrency);
  out.Add(Family::kAccountInfo, {{"account_id", settings.id}, {"plan", plan.word}}, 1);
}

}  // namespace

Timestamp PeriodStart(std::optional<Timestamp> refresh, Timestamp now) {
  using namespace std::chrono;
  const auto today = floor<days>(now);
  const year_month_day date{today};
  if (!refresh) return Timestamp(sys_days(date.year() / date.month() / 1));
  const auto refresh_day = floor<days>(*refresh);
  const year_month_day refresh_date{refresh_day};
  year_month_day start = refresh_date - months(1);
  if (!start.ok()) start = start.year() / start.month() / last;
  return Timestamp(sys_days(start)) + (*refresh - refresh_day);
}

void WriteAccount(const config::Account& settings, const ledger::Ledger& ledger, ledger::AccountIndex account,
                  const AccountState& state, FamilyTexts& texts) {
  const AccountHistory& history = ledger.account(account);
  std::optional<Timestamp> period_start;
  if (state.api_time) {
    period_start = PeriodStart(state.limits ? state.limits->build_minutes_refresh_on : std::nullopt, *state.api_time);
  }
  // Each shard has its part of these.
  SampleWriter out = PartWriter(settings, ledger.shard(), history.baseline, texts);
  out.Add(Family::kUp, state.up ? 1 : 0);
  if (history.baseline) out.Add(Family::kBaselineTimestampSeconds, history.baseline->time_since_epoch());
  WriteScriptCounts(ledger, history, out);
  if (history.births.Born(ledger::kAccountCounters)) {
    const bool held = history.births.Held(ledger::kAccountCounters);
    WriteCounters(held ? history.old_news : history.counters, ledger.bounds(), out);
  }
  if (period_start) out.Add(Family::kAccountPeriodRunSeconds, history.RunTimeSince(*period_start));
  // One says these for all.
  if (ledger.shard().index != 0) return;
  SampleWriter whole(texts, {{"account", settings.name}});
  WriteFacts(settings, state, period_start, whole);
}

}  // namespace exporter::metrics
