#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "client/build.h"
#include "client/script.h"
#include "exporter/ledger/counters.h"
#include "exporter/ledger/ledger_writer.h"
#include "exporter/ledger/script_history.h"
#include "exporter/ledger/shard.h"

namespace exporter::ledger {

/// An account's place in the configuration. Accounts that only the store knows come after those.
using AccountIndex = std::uint32_t;

struct AccountSettings {
  std::string id;
  /// Empty: the API's instant of the first answer.
  std::optional<Timestamp> baseline;
};

/// What the ledger knows of one account.
struct AccountHistory {
  AccountHistory(std::string account_id, const AccountCounters& none)
      : id(std::move(account_id)), counters(none), old_news(none) {}

  std::string id;
  AccountKey key = 0;
  /// Counters count from here; empty before the first answer.
  std::optional<Timestamp> baseline;
  /// The API's instant of the first answer: what stopped before it is old news.
  std::optional<Timestamp> started;
  /// Empty before the first discovery.
  std::optional<Timestamp> last_discovery;
  AccountCounters counters;
  AccountCounters old_news;
  CounterBirths births;
  /// Every script, also those that are gone.
  std::vector<ScriptId> scripts;
  /// Scripts whose history the counters wait for: those of the first discovery that are not proved yet.
  std::unordered_set<ScriptId> unproved;
  /// Run time of finished builds by the hour in which they stopped.
  std::map<std::chrono::sys_time<std::chrono::hours>, milliseconds> run_time;

  bool discovered() const { return last_discovery.has_value(); }
  /// Counters count from the first answer on: nothing that is older is to be read.
  bool counts_from_start() const { return started && baseline == started; }
  milliseconds RunTimeSince(Timestamp start) const;
};

/// Whether it happened before the exporter could have seen it.
inline bool OldNews(const std::optional<Timestamp>& news_from, Timestamp instant) {
  return news_from && instant < *news_from;
}

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
  /// This is what a `latest` answer says.
  bool looked_at = false;
};

/// Counters that show old news only until Release.
struct HeldCounters {
  AccountIndex account = 0;
  /// Empty: the account's own.
  std::optional<ScriptId> script;
  CounterGroups groups = 0;

  bool operator==(const HeldCounters&) const = default;
};

struct ApplyReport {
  /// Scripts whose samples may be others now.
  std::unordered_set<ScriptId> changed;
  /// Builds that had not been there.
  std::int64_t new_builds = 0;
  /// Of these, builds that a proof had said could not be there.
  std::int64_t late_builds = 0;
  /// Counters that have appeared and are held.
  std::vector<HeldCounters> held;
  Anomalies anomalies;

  ApplyReport& operator+=(const ApplyReport& other);
};

/// An account whose configured baseline is another one than before: its counters were counted again.
struct Recount {
  AccountIndex account = 0;
  Timestamp baseline_before;
};

/// An account that was kept by another shard, or by one of another number of shards.
struct Resharded {
  AccountIndex account = 0;
  Shard before;
};

/// What the store held.
struct LoadReport {
  std::int64_t builds = 0;
  std::vector<HeldCounters> held;
  std::vector<StoredBudget> budgets;
  std::vector<Recount> recounted;
  std::vector<Resharded> resharded;
};

/// What is kept of a script or a build only because the page shows it.
struct KeptDetails {
  /// Whether the script of this name has histograms of its own; empty: none has.
  std::function<bool(const std::string& name)> histograms;
  BucketBounds histogram_bounds{};
  /// Branch and commit of builds.
  bool revisions = false;
};

/// What is known to be true. A counter is a query over rows: each build has one row, keyed by its UUID, so that it
/// cannot be counted twice. Every call is one transaction, committed before the call returns; what could not be
/// committed is kept and goes with the next one. One thread.
class Ledger {
 public:
  Ledger(LedgerStore& store, const std::vector<AccountSettings>& accounts, const BucketBounds& bounds,
         KeptDetails details = {}, Shard shard = {});

  /// Takes over what the store holds. Before anything else; an error is a store that cannot be read or makes no sense.
  tl::expected<LoadReport, std::string> Load();

  /// The first answer of an account sets its baseline, unless the configuration does. Later calls change nothing.
  void Start(AccountIndex account, Timestamp now);

  /// A whole discovery answer. `scripts` are those that are watched and this shard's: new ones get a place, names are
  /// taken over, and a script that is missing for the second time, or whose name has gone to another, leaves. The other
  /// may be another shard's, whose scripts have `names_elsewhere`.
  ApplyReport ApplyDiscovery(AccountIndex account, std::span<const workers_builds::Script> scripts, Timestamp now,
                             const std::unordered_set<std::string>& names_elsewhere = {});

  ApplyReport Apply(AccountIndex account, std::span<const ScriptUpdate> updates, Timestamp now);

  /// A build that the API does not know any more; it comes back when an answer shows it.
  ApplyReport MarkLost(ScriptId script, const Uuid& uuid);
  /// A stopped build whose outcome never came.
  ApplyReport GiveUpOutcome(ScriptId script, const Uuid& uuid);
  /// Held counters show their value.
  void Release(std::span<const HeldCounters> counters);
  /// What may be asked with the account's token, for the next process. Goes with the next transaction.
  void KeepBudget(AccountIndex account, double level, std::optional<Timestamp> blocked_until);
  /// Writes what has no answer to go with.
  void Commit() { writer_.Commit(); }
  /// The same for the last time.
  void Flush() { writer_.Flush(); }

  const AccountHistory& account(AccountIndex account) const { return accounts_[account]; }
  const ScriptHistory& script(ScriptId script) const { return scripts_[script]; }
  const ScriptHistory* FindScript(AccountIndex account, const std::string& tag) const;
  /// Whether there is a row for the build.
  bool Knows(ScriptId script, const Uuid& uuid);
  Shard shard() const { return shard_; }
  /// Of the accounts' histograms, and of those of scripts.
  const BucketBounds& bounds() const { return bounds_; }
  const BucketBounds& script_bounds() const { return details_.histogram_bounds; }
  const CommitState& commit_state() const { return writer_.state(); }

 private:
  AccountHistory& AddAccount(const AccountSettings& settings);
  ScriptHistory& AddScript(AccountIndex account, const std::string& tag);
  void NameScript(ScriptHistory& script, const std::string& name, ApplyReport& report);
  void Await(ScriptHistory& script, bool awaited);
  void Bear(ScriptHistory& script, ApplyReport& report);
  void BearAccount(AccountIndex account, ApplyReport& report);

  // ledger_histograms.cc
  bool WantsHistograms(const ScriptHistory& script) const;
  /// Histograms for those whose name asks for them, of all that is known of them, and none for the others. However many
  /// they are, the builds are read once.
  void GiveHistograms(std::span<const ScriptId> scripts, ApplyReport& report);
  void CountDurations(ScriptHistory& script, const BuildRow& row, const Durations& durations);
  void CountDurationsOfScript(ScriptHistory& script, const BuildRow& row, const Durations& durations);
  void CountEpisodeOfScript(ScriptHistory& script, const BuildRow& success);
  void CountEpisode(ScriptHistory& script, const BuildRow& success);

  // ledger_merge.cc
  tl::expected<std::optional<BuildRow>, std::string> Find(const ScriptHistory& script, const Uuid& uuid);
  /// `asked`: whose answer shows the build. False when the store could not say whether the build is known.
  bool MergeBuild(const ScriptHistory& asked, const workers_builds::Build& seen, Timestamp now, ApplyReport& report);
  /// An answer had shown that the script has no builds, and another shows one that was there: its history is to be
  /// read.
  void Unprove(ScriptHistory& script);
  void TakeFacts(ScriptHistory& script, const workers_builds::Build& seen, const BuildRow& row);
  void CountRow(ScriptHistory& script, const BuildRow* before, const BuildRow& row);
  void Settle(ScriptHistory& script, Timestamp until, ApplyReport& report);

  // ledger_state.cc
  void LoadAccount(const StoredAccount& stored, LoadReport& report);
  tl::expected<void, std::string> LoadScript(const StoredScript& stored);
  tl::expected<void, std::string> LoadBuild(const BuildRow& row);
  void TakeBaseline(const Recount& recount);
  void TakeShard(const Resharded& resharded);
  void Stage(const AccountHistory& account);
  void Stage(const ScriptHistory& script);

  LedgerWriter writer_;
  BucketBounds bounds_;
  KeptDetails details_;
  Shard shard_;
  std::vector<AccountHistory> accounts_;
  std::deque<ScriptHistory> scripts_;
  std::vector<std::unordered_map<std::string, ScriptId>> by_tag_;  // by account
  std::vector<int> misses_;                                        // by script: discoveries in a row without it
};

}  // namespace exporter::ledger
