#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "exporter/ledger/ledger_store.h"

namespace exporter::ledger {

/// A LedgerStore in an SQLite database in memory: it ends with the process.
tl::expected<std::unique_ptr<LedgerStore>, std::string> OpenLedgerStoreInMemory();

}  // namespace exporter::ledger
