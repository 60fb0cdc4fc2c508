#pragma once

#include "config/config.h"
#include "exporter/ledger/script_history.h"
#include "exporter/poll/call.h"
#include "exporter/poll/vocabulary.h"

namespace exporter::poll {

/// What the script's newest build says at the API's instant `now`.
Tier TierOf(const ledger::ScriptHistory& script, Timestamp now);

/// The interval of a tier in the configuration.
milliseconds IntervalOf(Tier tier, const config::Poll& poll);

}  // namespace exporter::poll
