#pragma once

#include <functional>
#include <memory>
#include <unordered_map>

#include "exporter/ledger/ledger_store.h"

namespace simulation {

/// The ledger's real store, in memory. It fails when it is told to, and shows every row that it takes.
class WatchedStore : public exporter::ledger::LedgerStore {
 public:
  using BuildRow = exporter::ledger::BuildRow;
  /// `before`: the committed row so far, or null. `late`: a commit before this one has failed, which may have had the
  /// row in it. Called once the row is committed, for rows that have changed.
  using OnRow = std::function<void(const BuildRow* before, const BuildRow& row, bool late)>;

  WatchedStore(std::function<bool()> fails, OnRow on_row);

  tl::expected<void, std::string> Commit(const exporter::ledger::Transaction& transaction) override;
  tl::expected<std::optional<BuildRow>, std::string> Find(const workers_builds::Uuid& uuid) override;
  tl::expected<exporter::ledger::StoredLedger, std::string> Read() override { return store_->Read(); }
  tl::expected<void, std::string> ForEachBuild(const std::function<void(const BuildRow&)>& visit) override {
    return store_->ForEachBuild(visit);
  }
  std::int64_t SizeBytes() override { return store_->SizeBytes(); }

  /// A commit has failed, and none has come through since: the ledger knows more than the store.
  bool behind() const { return behind_; }
  /// What has been committed.
  const std::unordered_map<workers_builds::Uuid, BuildRow>& rows() const { return rows_; }

 private:
  std::unique_ptr<exporter::ledger::LedgerStore> store_;
  std::function<bool()> fails_;
  OnRow on_row_;
  std::unordered_map<workers_builds::Uuid, BuildRow> rows_;
  bool behind_ = false;
};

}  // namespace simulation
