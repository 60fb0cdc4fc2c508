#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <unordered_map>

#include "exporter/ledger/ledger_store.h"

namespace exporter::ledger {

/// How the store fared; the counts only grow. A build that could not be looked up is an error, too.
struct CommitState {
  std::int64_t commits = 0;
  std::int64_t errors = 0;
  std::string last_error;
};

/// What is known and not committed yet, and the store behind it. What is staged last wins. One thread.
class LedgerWriter {
 public:
  /// `store` outlives the writer.
  explicit LedgerWriter(LedgerStore& store) : store_(store) {}

  void Stage(const StoredAccount& account) { accounts_.insert_or_assign(account.account, account); }
  void Stage(const StoredScript& script) { scripts_.insert_or_assign(script.script, script); }
  void Stage(const StoredBudget& budget) { budgets_.insert_or_assign(budget.account, budget); }
  void Stage(const BuildRow& row) { builds_.insert_or_assign(row.uuid, row); }

  /// The build as it was staged last, else as it is stored; an error is counted.
  tl::expected<std::optional<BuildRow>, std::string> Find(const Uuid& uuid);

  /// Every build, staged or stored, in no order; an error is counted.
  tl::expected<void, std::string> ForEachBuild(const std::function<void(const BuildRow&)>& visit);

  /// Writes what is staged, as one transaction. What cannot be written stays staged and goes with a later call; while
  /// the store goes on failing, fewer and fewer calls try.
  void Commit();

  /// The last try: now, however often it has failed.
  void Flush() {
    calls_to_skip_ = 0;
    Commit();
  }

  LedgerStore& store() { return store_; }
  const CommitState& state() const { return state_; }

 private:
  void Failed(const std::string& error);

  LedgerStore& store_;
  std::map<AccountKey, StoredAccount> accounts_;
  std::map<ScriptId, StoredScript> scripts_;
  std::map<AccountKey, StoredBudget> budgets_;
  std::unordered_map<Uuid, BuildRow> builds_;
  CommitState state_;
  int failures_in_a_row_ = 0;
  int calls_to_skip_ = 0;
};

}  // namespace exporter::ledger
