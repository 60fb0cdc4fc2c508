#pragma once

#include <string>

#include "exporter/ledger/ledger.h"
#include "exporter/metrics/sample_writer.h"

namespace exporter::metrics {

/// Writes every sample of a script of `ledger` that is on the page, in the order of the catalogue's script families.
/// Counters that are held (ledger::CounterBirths) show old news only.
void WriteScript(const std::string& account_name, const ledger::Ledger& ledger, const ledger::ScriptHistory& script,
                 FamilyTexts& texts);

}  // namespace exporter::metrics
