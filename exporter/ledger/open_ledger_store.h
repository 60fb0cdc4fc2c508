#pragma once

#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "exporter/ledger/ledger_store.h"

namespace exporter::ledger {

/// A LedgerStore in an SQLite database in memory: it ends with the process.
tl::expected<std::unique_ptr<LedgerStore>, std::string> OpenLedgerStoreInMemory();

/// A file that could not be used and is out of the way now.
struct SetAside {
  std::string path;
  std::string problem;
};
struct OpenedStore {
  std::unique_ptr<LedgerStore> store;
  std::optional<SetAside> set_aside;
};

/// A LedgerStore in the file `path`, which is made if there is none and belongs to this process until the store ends
/// (write-ahead log, every transaction on disk before Commit returns). A damaged file is renamed to `path`.damaged,
/// instead of an earlier one there, and begun anew. The error says what is wrong with the path and what to do.
tl::expected<OpenedStore, std::string> OpenLedgerStore(const std::string& path);

}  // namespace exporter::ledger
