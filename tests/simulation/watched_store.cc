#include "tests/simulation/watched_store.h"

#include <utility>

#include "exporter/ledger/open_ledger_store.h"

namespace simulation {

using exporter::ledger::BuildRow;

WatchedStore::WatchedStore(std::function<bool()> fails, OnRow on_row)
    : store_(exporter::ledger::OpenLedgerStoreInMemory().value()),
      fails_(std::move(fails)),
      on_row_(std::move(on_row)) {}

tl::expected<void, std::string> WatchedStore::Commit(const exporter::ledger::Transaction& transaction) {
  const bool late = std::exchange(behind_, true);
  if (fails_()) return tl::unexpected(std::string("the disk is full"));
  if (auto committed = store_->Commit(transaction); !committed) return committed;
  behind_ = false;
  for (const BuildRow& row : transaction.builds) {
    const auto [place, fresh] = rows_.try_emplace(row.uuid, row);
    if (fresh) {
      on_row_(nullptr, row, late);
    } else if (place->second != row) {
      on_row_(&place->second, row, late);
      place->second = row;
    }
  }
  return {};
}

tl::expected<std::optional<BuildRow>, std::string> WatchedStore::Find(const workers_builds::Uuid& uuid) {
  return store_->Find(uuid);
}

}  // namespace simulation
