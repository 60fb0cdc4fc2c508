#include "tests/simulation/recount.h"

#include <array>
#include <map>

namespace simulation {
namespace {

using exporter::ledger::AccountCounters;
using exporter::ledger::BucketBounds;
using exporter::ledger::BuildRow;
using exporter::ledger::ClassCounters;
using exporter::ledger::DurationHistograms;
using exporter::ledger::Index;
using exporter::ledger::Ledger;
using exporter::ledger::ScriptHistory;
using exporter::ledger::ScriptId;

/// What the rows of the store add up to.
struct Sums {
  std::map<ScriptId, std::array<ClassCounters, exporter::ledger::kBranchClasses.size()>> scripts;
  std::map<ScriptId, std::size_t> pending;
  /// Of the scripts that have histograms.
  std::map<ScriptId, DurationHistograms> durations;
  std::vector<AccountCounters> accounts;

  void Add(const BuildRow& row, const Ledger& ledger) {
    const ScriptHistory& script = ledger.script(row.script);
    const auto& baseline = ledger.account(script.account).baseline;
    ClassCounters& counters = scripts[row.script][Index(row.branch_class)];
    AccountCounters& account = accounts[script.account];
    if (!row.final()) ++pending[row.script];
    if (baseline && row.created >= *baseline) {
      counters.AddSubmitted();
      account.AddSubmitted(row);
    }
    if (!baseline || !row.final() || *row.stopped < *baseline) return;
    counters.AddCompleted(row, DurationsOf(row));
    AddDurations(row, ledger.bounds(), account.durations);
    if (!script.histograms) return;
    const BucketBounds& bounds = ledger.script_bounds();
    AddDurations(row, bounds, durations.try_emplace(row.script, bounds).first->second);
  }

  static void AddDurations(const BuildRow& row, const BucketBounds& bounds, DurationHistograms& sum) {
    sum.AddCompleted(row, DurationsOf(row), bounds);
    if (row.failure_episode) sum.AddEpisode(row, bounds);
  }
};

}  // namespace

void Recount(const Ledger& ledger, std::size_t accounts, WatchedStore& store, const Report& report) {
  Sums sums;
  for (std::size_t i = 0; i < accounts; ++i) sums.accounts.emplace_back(ledger.bounds());
  std::size_t rows = 0;
  const auto visited = store.ForEachBuild([&](const BuildRow& row) {
    ++rows;
    const auto committed = store.rows().find(row.uuid);
    if (committed == store.rows().end() || committed->second != row) {
      report("the store has another row for build " + FormatUuid(row.uuid) + " than was committed");
      return;
    }
    sums.Add(row, ledger);
  });
  if (!visited) report("the store cannot be read: " + visited.error());
  if (rows != store.rows().size()) report("the store has lost rows");
  for (std::uint32_t account = 0; account < accounts; ++account) {
    if (sums.accounts[account] != ledger.account(account).counters) {
      report("the counters of account " + std::to_string(account) + " are not those of its rows");
    }
    for (const ScriptId id : ledger.account(account).scripts) {
      const ScriptHistory& script = ledger.script(id);
      for (const auto branch_class : exporter::ledger::kBranchClasses) {
        if (sums.scripts[id][Index(branch_class)] == script.classes[Index(branch_class)].counters) continue;
        report("the counters of script " + script.name + " are not those of its rows");
      }
      const auto durations = sums.durations.try_emplace(id, ledger.script_bounds()).first;
      if (script.histograms && script.histograms->counted != durations->second) {
        report("the histograms of script " + script.name + " are not those of its rows");
      }
      if (sums.pending[id] != script.pending.size()) {
        report("script " + script.name + " has other pending builds than its rows");
      }
    }
  }
}

}  // namespace simulation
