// How long builds took: in the account's histograms, and in those of the scripts that have some.
#include <utility>

#include "exporter/ledger/ledger.h"

namespace exporter::ledger {

bool Ledger::GiveHistograms(ScriptHistory& script) {
  if (!details_.histograms || !details_.histograms(script.name))
    return std::exchange(script.histograms, nullptr) != nullptr;
  if (script.histograms) return false;
  script.histograms = std::make_shared<ScriptHistograms>(bounds_);
  if (!script.connected()) return true;
  // It was called otherwise until now, and only the store has all its builds.
  const auto visited = writer_.ForEachBuild([&](const BuildRow& row) {
    if (row.script != script.id || !row.final()) return;
    CountDurations(script, row, DurationsOf(row));
    if (row.failure_episode) CountEpisodeOfScript(script, row);
  });
  if (!visited) script.histograms.reset();  // the next discovery tries again
  return visited.has_value();
}

void Ledger::CountDurations(ScriptHistory& script, const BuildRow& row, const Durations& durations) {
  const auto& baseline = accounts_[script.account].baseline;
  if (!script.histograms || !baseline || *row.stopped < *baseline) return;
  script.histograms->counted.AddCompleted(row, durations, bounds_);
  if (OldNews(script.news_from, *row.stopped)) script.histograms->old_news.AddCompleted(row, durations, bounds_);
}

void Ledger::CountEpisodeOfScript(ScriptHistory& script, const BuildRow& success) {
  const auto& baseline = accounts_[script.account].baseline;
  if (!script.histograms || !baseline || *success.stopped < *baseline) return;
  script.histograms->counted.AddEpisode(success, bounds_);
  if (OldNews(script.news_from, *success.stopped)) script.histograms->old_news.AddEpisode(success, bounds_);
}

void Ledger::CountEpisode(ScriptHistory& script, const BuildRow& success) {
  AccountHistory& account = accounts_[script.account];
  if (!account.baseline || *success.stopped < *account.baseline) return;
  account.counters.durations.AddEpisode(success, bounds_);
  if (OldNews(account.started, *success.stopped)) account.old_news.durations.AddEpisode(success, bounds_);
  CountEpisodeOfScript(script, success);
}

}  // namespace exporter::ledger
