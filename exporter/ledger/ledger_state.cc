// What a Ledger keeps in its store, and how another one takes it over.
#include <algorithm>
#include <utility>

#include "exporter/ledger/ledger.h"

namespace exporter::ledger {

tl::expected<LoadReport, std::string> Ledger::Load() {
  auto stored = writer_.store().Read();
  if (!stored) return tl::unexpected(stored.error());
  LoadReport report;
  AccountKey unused = 0;
  for (const StoredAccount& account : stored->accounts) unused = std::max(unused, account.account + 1);
  for (AccountHistory& account : accounts_) account.key = unused++;
  for (const StoredAccount& account : stored->accounts) LoadAccount(account, report);
  for (const StoredScript& script : stored->scripts) {
    if (auto loaded = LoadScript(script); !loaded) return tl::unexpected(loaded.error());
  }
  // Before the builds are counted: what is to be read again has no counters that anybody has seen. The shard first:
  // what was kept for another one stays so until the first answer to this one.
  for (const Resharded& resharded : report.resharded) TakeShard(resharded);
  for (const Recount& recount : report.recounted) TakeBaseline(recount);
  tl::expected<void, std::string> counted;
  const auto visited = writer_.store().ForEachBuild([&](const BuildRow& row) {
    if (counted) counted = LoadBuild(row);
    ++report.builds;
  });
  if (!visited) return tl::unexpected(visited.error());
  if (!counted) return tl::unexpected(counted.error());
  // It stopped before the first answer to this shard, whose instant is not known yet.
  for (const Resharded& resharded : report.resharded) {
    AccountHistory& account = accounts_[resharded.account];
    account.old_news = account.counters;
  }
  for (AccountIndex account = 0; account < accounts_.size(); ++account) {
    const CounterGroups held = accounts_[account].births.held;
    if (held != 0) report.held.push_back({account, std::nullopt, held});
  }
  for (const ScriptHistory& script : scripts_) {
    if (script.births.held != 0) report.held.push_back({script.account, script.id, script.births.held});
  }
  report.budgets = std::move(stored->budgets);
  Commit();
  return report;
}

void Ledger::LoadAccount(const StoredAccount& stored, LoadReport& report) {
  auto known = std::ranges::find(accounts_, stored.id, &AccountHistory::id);
  if (known == accounts_.end()) {
    AddAccount({stored.id, stored.baseline});
    known = std::prev(accounts_.end());
  }
  known->key = stored.account;
  known->started = stored.started;
  known->last_discovery = stored.last_discovery;
  known->births = stored.births;
  const auto index = static_cast<AccountIndex>(known - accounts_.begin());
  if (stored.shard != shard_) report.resharded.push_back({index, stored.shard});
  if (!known->baseline) known->baseline = stored.baseline;
  if (*known->baseline == stored.baseline) return;
  report.recounted.push_back({index, stored.baseline});
}

tl::expected<void, std::string> Ledger::LoadScript(const StoredScript& stored) {
  const auto account = std::ranges::find(accounts_, stored.account, &AccountHistory::key);
  if (stored.script != scripts_.size() || account == accounts_.end()) {
    return tl::unexpected("script " + std::to_string(stored.script) + " of the state does not fit the others");
  }
  ScriptHistory& script = AddScript(static_cast<AccountIndex>(account - accounts_.begin()), stored.tag);
  script.name = stored.name;
  script.present = stored.present;
  script.proven_to = stored.proven_to;
  script.walked = stored.walked;
  script.newest_proved = stored.newest_proved;
  script.awaited = stored.awaited;
  script.from_start = stored.from_start;
  if (script.awaited) account->unproved.insert(script.id);
  // What is seen from now on is news to those who have seen the page before.
  script.looked_at = true;
  script.news_from = stored.news_from;
  script.births = stored.births;
  for (const BranchClass branch_class : kBranchClasses) {
    script.classes[Index(branch_class)].settled_success = stored.settled_success[Index(branch_class)];
  }
  script.repository = stored.repository;
  script.repository_seen = stored.repository_seen;
  script.production_branch = stored.production_branch;
  script.production_branch_seen = stored.production_branch_seen;
  if (WantsHistograms(script)) script.histograms = std::make_shared<ScriptHistograms>(details_.histogram_bounds);
  return {};
}

void Ledger::TakeBaseline(const Recount& recount) {
  AccountHistory& account = accounts_[recount.account];
  const bool goes_back = *account.baseline < recount.baseline_before;
  if (goes_back) account.births = {};
  Stage(account);
  if (!goes_back) return;
  // The history is known back to the old baseline only.
  for (const ScriptId id : account.scripts) {
    ScriptHistory& script = scripts_[id];
    script.births = {};
    script.walked = false;
    script.proven_to.reset();
    script.newest_proved.reset();
    Await(script, script.present);
  }
}

// The account's counters are other series now, of other scripts: they begin anew. The scripts that stay have the series
// that they had; those that come are read like new ones.
void Ledger::TakeShard(const Resharded& resharded) {
  AccountHistory& account = accounts_[resharded.account];
  account.started.reset();
  account.last_discovery.reset();
  account.births = {};
  for (const ScriptId id : account.scripts) {
    ScriptHistory& script = scripts_[id];
    const bool stays = script.owned && resharded.before.Owns(script.tag);
    if (!stays) {
      script.present = false;
      script.births = {};
      script.walked = false;
      script.proven_to.reset();
      script.newest_proved.reset();
      // Whatever is known of it happened elsewhere; its discovery says since when that is so.
      script.news_from = Timestamp::max();
    }
    Await(script, script.present && !script.proven_to);
  }
}

tl::expected<void, std::string> Ledger::LoadBuild(const BuildRow& row) {
  if (row.script >= scripts_.size()) {
    return tl::unexpected("build " + FormatUuid(row.uuid) + " of the state belongs to no script");
  }
  ScriptHistory& script = scripts_[row.script];
  CountRow(script, nullptr, row);
  if (row.failure_episode) CountEpisode(script, row);
  return {};
}

void Ledger::Stage(const AccountHistory& account) {
  if (!account.started) return;
  writer_.Stage(StoredAccount{.account = account.key,
                              .id = account.id,
                              .baseline = *account.baseline,
                              .started = *account.started,
                              .last_discovery = account.last_discovery,
                              .births = account.births,
                              .shard = shard_});
}

void Ledger::Stage(const ScriptHistory& script) {
  StoredScript stored{.script = script.id,
                      .account = accounts_[script.account].key,
                      .tag = script.tag,
                      .name = script.name,
                      .present = script.present,
                      .proven_to = script.proven_to,
                      .walked = script.walked,
                      .newest_proved = script.newest_proved,
                      .awaited = script.awaited,
                      .from_start = script.from_start,
                      .news_from = script.news_from,
                      .births = script.births,
                      .settled_success = {},
                      .repository = script.repository,
                      .repository_seen = script.repository_seen,
                      .production_branch = script.production_branch,
                      .production_branch_seen = script.production_branch_seen};
  for (const BranchClass branch_class : kBranchClasses) {
    stored.settled_success[Index(branch_class)] = script.classes[Index(branch_class)].settled_success;
  }
  writer_.Stage(stored);
}

}  // namespace exporter::ledger
