#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "client/build.h"
#include "exporter/ledger/build_row.h"
#include "exporter/ledger/counter_births.h"
#include "exporter/ledger/shard.h"

namespace exporter::ledger {

/// An account's number in the store; it never changes.
using AccountKey = std::uint32_t;

/// An account as it is kept.
struct StoredAccount {
  AccountKey account = 0;
  std::string id;
  Timestamp baseline;
  Timestamp started;
  /// Empty before the first discovery.
  std::optional<Timestamp> last_discovery;
  CounterBirths births;
  /// Whose scripts the counters are of.
  Shard shard{};

  bool operator==(const StoredAccount&) const = default;
};

/// A script as it is kept; the fields are those of ScriptHistory.
struct StoredScript {
  ScriptId script = 0;
  AccountKey account = 0;
  std::string tag;
  std::string name;
  bool present = true;
  std::optional<Timestamp> proven_to;
  bool walked = false;
  std::optional<Timestamp> newest_proved;
  /// The account's counters wait for its first walk.
  bool awaited = false;
  bool from_start = false;
  std::optional<Timestamp> news_from;
  CounterBirths births;
  /// By Index(BranchClass).
  std::array<std::optional<Timestamp>, kBranchClasses.size()> settled_success;
  std::optional<workers_builds::RepoConnection> repository;
  std::optional<Timestamp> repository_seen;
  std::string production_branch;
  std::optional<Timestamp> production_branch_seen;

  bool operator==(const StoredScript&) const = default;
};

/// How many requests an account's token might send at once, and until when it may send none, by our own clock.
struct StoredBudget {
  AccountKey account = 0;
  double level = 0;
  std::optional<Timestamp> blocked_until;

  bool operator==(const StoredBudget&) const = default;
};

/// What one answer changes, written as a whole or not at all.
struct Transaction {
  std::vector<StoredAccount> accounts;
  std::vector<StoredScript> scripts;
  std::vector<StoredBudget> budgets;
  std::vector<BuildRow> builds;

  bool empty() const { return accounts.empty() && scripts.empty() && budgets.empty() && builds.empty(); }
};

/// Everything but the builds.
struct StoredLedger {
  std::vector<StoredAccount> accounts;
  /// By their ScriptId, without a gap.
  std::vector<StoredScript> scripts;
  std::vector<StoredBudget> budgets;
};

/// Where the ledger keeps its rows. Used by one thread.
class LedgerStore {
 public:
  virtual ~LedgerStore() = default;

  /// Inserts or replaces every row, by its key. On error nothing of it is kept; the text says what failed.
  virtual tl::expected<void, std::string> Commit(const Transaction& transaction) = 0;
  /// The row of a build, if there is one.
  virtual tl::expected<std::optional<BuildRow>, std::string> Find(const Uuid& uuid) = 0;
  virtual tl::expected<StoredLedger, std::string> Read() = 0;
  /// Calls `visit` for every build, in the order of their UUIDs.
  virtual tl::expected<void, std::string> ForEachBuild(const std::function<void(const BuildRow&)>& visit) = 0;
  /// What the rows take on disk or in memory.
  virtual std::int64_t SizeBytes() = 0;
};

}  // namespace exporter::ledger
