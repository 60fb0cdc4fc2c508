// How long builds took: in the account's histograms, and in those of the scripts that have some.
#include <unordered_set>

#include "exporter/ledger/ledger.h"

namespace exporter::ledger {

bool Ledger::WantsHistograms(const ScriptHistory& script) const {
  return script.present && details_.histograms && details_.histograms(script.name);
}

void Ledger::GiveHistograms(std::span<const ScriptId> scripts, ApplyReport& report) {
  std::unordered_set<ScriptId> unread;
  for (const ScriptId id : scripts) {
    ScriptHistory& script = scripts_[id];
    const bool wants = WantsHistograms(script);
    if (wants == (script.histograms != nullptr)) continue;
    report.changed.insert(id);
    script.histograms = wants ? std::make_shared<ScriptHistograms>(details_.histogram_bounds) : nullptr;
    if (wants && script.connected()) unread.insert(id);
  }
  if (unread.empty()) return;
  // They were called otherwise until now, or were away, and only the store has all their builds.
  const auto visited = writer_.ForEachBuild([&](const BuildRow& row) {
    if (!row.final() || !unread.contains(row.script)) return;
    ScriptHistory& script = scripts_[row.script];
    CountDurationsOfScript(script, row, DurationsOf(row));
    if (row.failure_episode) CountEpisodeOfScript(script, row);
  });
  if (visited) return;
  for (const ScriptId id : unread) scripts_[id].histograms = nullptr;  // the next discovery tries again
}

void Ledger::CountDurations(ScriptHistory& script, const BuildRow& row, const Durations& durations) {
  AccountHistory& account = accounts_[script.account];
  if (script.owned) {
    account.counters.durations.AddCompleted(row, durations, bounds_);
    if (OldNews(account.started, *row.stopped)) account.old_news.durations.AddCompleted(row, durations, bounds_);
  }
  CountDurationsOfScript(script, row, durations);
}

void Ledger::CountDurationsOfScript(ScriptHistory& script, const BuildRow& row, const Durations& durations) {
  const auto& baseline = accounts_[script.account].baseline;
  if (!script.histograms || !baseline || *row.stopped < *baseline) return;
  const BucketBounds& bounds = details_.histogram_bounds;
  script.histograms->counted.AddCompleted(row, durations, bounds);
  if (OldNews(script.news_from, *row.stopped)) script.histograms->old_news.AddCompleted(row, durations, bounds);
}

void Ledger::CountEpisodeOfScript(ScriptHistory& script, const BuildRow& success) {
  const auto& baseline = accounts_[script.account].baseline;
  if (!script.histograms || !baseline || *success.stopped < *baseline) return;
  const BucketBounds& bounds = details_.histogram_bounds;
  script.histograms->counted.AddEpisode(success, bounds);
  if (OldNews(script.news_from, *success.stopped)) script.histograms->old_news.AddEpisode(success, bounds);
}

void Ledger::CountEpisode(ScriptHistory& script, const BuildRow& success) {
  AccountHistory& account = accounts_[script.account];
  if (!account.baseline || *success.stopped < *account.baseline) return;
  if (script.owned) {
    account.counters.durations.AddEpisode(success, bounds_);
    if (OldNews(account.started, *success.stopped)) account.old_news.durations.AddEpisode(success, bounds_);
  }
  CountEpisodeOfScript(script, success);
}

}  // namespace exporter::ledger
