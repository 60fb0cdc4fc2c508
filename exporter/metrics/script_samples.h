#pragma once

#include <string>

#include "exporter/ledger/script_history.h"
#include "exporter/metrics/counter_births.h"
#include "exporter/metrics/sample_writer.h"

namespace exporter::metrics {

/// Writes every sample of a script that is on the page, in the order of the catalogue's script families. `now` decides
/// which counters are held (CounterBirths).
void WriteScript(const std::string& account_name, const ledger::ScriptHistory& script,
                 const CounterBirths::ScriptBirths& births, CounterBirths::MonoTime now, FamilyTexts& texts);

}  // namespace exporter::metrics
