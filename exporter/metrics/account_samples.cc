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

void WriteLimits(const AccountHistory& history, const AccountState& state, SampleWriter& out) {
  std::optional<Timestamp> refresh;
  if (state.limits) {
    refresh = state.limits->build_minutes_refresh_on;
    if (const auto reached = state.limits->has_reached_build_minutes_limit) {
      out.Add(Family::kAccountLimitReached, *reached ? 1 : 0);
    }
  }
  if (refresh) out.Add(Family::kAccountLimitRefreshTimestampSeconds, refresh->time_since_epoch());
  if (!state.api_time) return;
  const Timestamp start = PeriodStart(refresh, *state.api_time);
  out.Add(Family::kAccountPeriodStartTimestampSeconds, start.time_since_epoch());
  out.Add(Family::kAccountPeriodRunSeconds, history.RunTimeSince(start));
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
  SampleWriter out(texts, {{"account", settings.name}}, history.baseline);
  out.Add(Family::kUp, state.up ? 1 : 0);
  if (history.baseline) out.Add(Family::kBaselineTimestampSeconds, history.baseline->time_since_epoch());
  WriteScriptCounts(ledger, history, out);
  if (history.births.Born(ledger::kAccountCounters)) {
    const bool held = history.births.Held(ledger::kAccountCounters);
    WriteCounters(held ? history.old_news : history.counters, ledger.bounds(), out);
  }
  WriteLimits(history, state, out);
  const PlanLimits plan = LimitsOf(settings.plan);
  if (plan.included) out.Add(Family::kAccountIncludedSeconds, *plan.included);
  if (plan.concurrency) out.Add(Family::kAccountConcurrencyLimit, *plan.concurrency);
  out.Add(Family::kAccountInfo, {{"account_id", settings.id}, {"plan", plan.word}}, 1);
}

}  // namespace exporter::metrics
