#pragma once

#include <memory>

#include "exporter/ledger/ledger_store.h"
#include "exporter/ledger/sqlite.h"

namespace exporter::ledger {

/// The tables of `database`, whose schema is prepared; null when they are not as they must be.
std::unique_ptr<LedgerStore> MakeSqliteLedgerStore(sqlite::Database database);

}  // namespace exporter::ledger
