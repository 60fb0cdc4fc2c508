#pragma once

#include "exporter/ledger/ledger.h"
#include "tests/simulation/violations.h"
#include "tests/simulation/watched_store.h"

namespace simulation {

/// Counts everything anew from the rows of the store, which must not be behind, and reports where the ledger's running
/// counters differ.
void Recount(const exporter::ledger::Ledger& ledger, std::size_t accounts, WatchedStore& store, const Report& report);

}  // namespace simulation
