#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "config/config.h"
#include "exporter/ledger/script_history.h"
#include "exporter/poll/call.h"

namespace exporter::poll {

/// How often a script is looked at. active: a build is under way; recent: a build in the last day; idle: the others.
enum class Tier : std::uint8_t { kActive, kRecent, kIdle };
inline constexpr std::array kTiers = {Tier::kActive, Tier::kRecent, Tier::kIdle};
std::string_view ToWord(Tier tier);

Tier TierOf(const ledger::ScriptHistory& script, Timestamp now);

/// The interval of a tier in the configuration.
milliseconds IntervalOf(Tier tier, const config::Poll& poll);

}  // namespace exporter::poll
