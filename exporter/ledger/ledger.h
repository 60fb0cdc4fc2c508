#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "client/build.h"
#include "client/script.h"
#include "exporter/ledger/counters.h"
#include "exporter/ledger/ledger_store.h"
#include "exporter/ledger/script_history.h"

namespace exporter::ledger {

/// An account's place in the configuration.
using AccountIndex = std::uint32_t;

struct AccountSettings {
  std::string id;
  /// Empty: the API's instant of the first answer.
  std::optional<Timestamp> baseline;
};

/// What the ledger knows of one account.
struct AccountHistory {
  std::string id;
  /// Counters count from here; empty before the first answer.
  std::optional<Timestamp> baseline;
  /// The API's instant of the first answer: what stopped before it is old news.
  std::optional<Timestamp> started;
  /// A first discovery has been applied.
  bool discovered = false;
  std::optional<Timestamp> last_discovery;
  AccountCounters counters;
  AccountCounters old_news;
  /// Every script, also those that are gone.
  std::vector<ScriptId> scripts;
  /// Scripts of the first discovery whose history is not proved yet.
  std::unordered_set<ScriptId> unproved;
  /// Run time of finished builds by the hour in which they stopped.
  std::map<std::chrono::sys_time<std::chrono::hours>, milliseconds> run_time;

  milliseconds RunTimeSince(Timestamp start) const;
};

/// What an answer says about the builds of one script.
struct ScriptUpdate {
  ScriptId script = 0;
  /// In any order, repeated or not; those without a UUID are passed over.
  std::vector<workers_builds::Build> builds;
  /// A walk has ended: everything created before it is known.
  std::optional<Timestamp> proven_to;
  /// The walk could not show all that had been known.
  bool gap = false;
  /// No list is owed to the script: everything that stopped so far is known.
  bool settled = false;
};

struct ApplyReport {
  /// Scripts whose samples may be others now.
  std::unordered_set<ScriptId> changed;
  /// Builds that had not been there.
  std::int64_t new_builds = 0;
  /// Of these, builds that a proof had said could not be there.
  std::int64_t late_builds = 0;
  Anomalies anomalies;

  ApplyReport& operator+=(const ApplyReport& other);
};

/// How the store fared; the counts only grow. A build that could not be looked up is an error, too.
struct CommitState {
  std::int64_t commits = 0;
  std::int64_t errors = 0;
  std::string last_error;
};

/// What is known to be true. A counter is a query over rows: each build has one row, keyed by its UUID, so that it
/// cannot be counted twice. Every call is one transaction, committed before the call returns; what could not be
/// committed is kept and goes with the next one. One thread.
class Ledger {
 public:
  Ledger(LedgerStore& store, const std::vector<AccountSettings>& accounts, const BucketBounds& bounds);

  /// The first answer of an account sets its baseline, unless the configuration does. Later calls change nothing.
  void Start(AccountIndex account, Timestamp now);

  /// A whole discovery answer. `scripts` are those that are watched: new ones get a place, names are taken over, and a
  /// script that is missing for the second time, or whose name has gone to another, leaves.
  ApplyReport ApplyDiscovery(AccountIndex account, std::span<const workers_builds::Script> scripts, Timestamp now);

  ApplyReport Apply(AccountIndex account, std::span<const ScriptUpdate> updates, Timestamp now);

  /// A build that the API does not know any more; it comes back when an answer shows it.
  ApplyReport MarkLost(ScriptId script, const Uuid& uuid);
  /// A stopped build whose outcome never came.
  ApplyReport GiveUpOutcome(ScriptId script, const Uuid& uuid);

  const AccountHistory& account(AccountIndex account) const { return accounts_[account]; }
  const ScriptHistory& script(ScriptId script) const { return scripts_[script]; }
  const ScriptHistory* FindScript(AccountIndex account, const std::string& tag) const;
  /// Whether there is a row for the build.
  bool Knows(ScriptId script, const Uuid& uuid);
  const BucketBounds& bounds() const { return bounds_; }
  const CommitState& commit_state() const { return commit_state_; }

 private:
  ScriptHistory& AddScript(AccountIndex account, const std::string& tag);
  void NameScript(ScriptHistory& script, const std::string& name, ApplyReport& report);
  tl::expected<std::optional<BuildRow>, std::string> Find(const ScriptHistory& script, const Uuid& uuid);
  /// `asked`: whose answer shows the build. False when the store could not say whether the build is known.
  bool MergeBuild(const ScriptHistory& asked, const workers_builds::Build& seen, Timestamp now, ApplyReport& report);
  /// An answer had shown that the script has no builds, and another shows one that was there: its history is to be
  /// read.
  void Unprove(ScriptHistory& script);
  void TakeFacts(ScriptHistory& script, const workers_builds::Build& seen, const BuildRow& row);
  void CountRow(ScriptHistory& script, const BuildRow* before, const BuildRow& row);
  void Settle(ScriptHistory& script);
  void Stage(const BuildRow& row);
  void Stage(const ScriptHistory& script);
  void Commit();

  LedgerStore& store_;
  BucketBounds bounds_;
  std::vector<AccountHistory> accounts_;
  std::deque<ScriptHistory> scripts_;
  std::vector<std::unordered_map<std::string, ScriptId>> by_tag_;  // by account
  std::vector<int> misses_;                                        // by script: discoveries in a row without it
  // What is not committed yet, by key; empty between calls unless a commit failed.
  std::map<AccountIndex, StoredAccount> staged_accounts_;
  std::map<ScriptId, StoredScript> staged_scripts_;
  std::unordered_map<Uuid, BuildRow> staged_builds_;
  CommitState commit_state_;
};

}  // namespace exporter::ledger
