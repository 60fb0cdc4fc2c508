#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "exporter/ledger/build_row.h"

namespace exporter::ledger {

/// An account as it is kept.
struct StoredAccount {
  std::uint32_t account = 0;
  std::string id;
  Timestamp baseline;
};

/// A script as it is kept.
struct StoredScript {
  ScriptId script = 0;
  std::uint32_t account = 0;
  std::string tag;
  std::string name;
  std::optional<Timestamp> proven_to;
};

/// What one answer changes, written as a whole or not at all.
struct Transaction {
  std::vector<StoredAccount> accounts;
  std::vector<StoredScript> scripts;
  std::vector<BuildRow> builds;

  bool empty() const { return accounts.empty() && scripts.empty() && builds.empty(); }
};

/// Where the ledger keeps its rows. Used by one thread.
class LedgerStore {
 public:
  virtual ~LedgerStore() = default;

  /// Inserts or replaces every row, by its key. On error nothing of it is kept; the text says what failed.
  virtual tl::expected<void, std::string> Commit(const Transaction& transaction) = 0;
  /// The row of a build, if there is one.
  virtual tl::expected<std::optional<BuildRow>, std::string> Find(const Uuid& uuid) = 0;
  /// Calls `visit` for every build, in the order of their UUIDs.
  virtual tl::expected<void, std::string> ForEachBuild(const std::function<void(const BuildRow&)>& visit) = 0;
  /// What the rows take on disk or in memory.
  virtual std::int64_t SizeBytes() = 0;
};

}  // namespace exporter::ledger
