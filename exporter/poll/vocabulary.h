#pragma once

#include <array>
#include <cstdint>
#include <string_view>

/// The closed sets that polling is made of, and the words that they have as label values.
namespace exporter::poll {

/// What a call is for; also the endpoint that it goes to. Label values of `collector` and `endpoint`.
enum class Collector : std::uint8_t { kDiscovery, kLatest, kList, kBuild, kLimits, kVerify };
inline constexpr std::array kCollectors = {Collector::kDiscovery, Collector::kLatest, Collector::kList,
                                           Collector::kBuild,     Collector::kLimits, Collector::kVerify};
std::string_view ToWord(Collector collector);

/// How often a script is looked at. active: a build is under way; recent: a build in the last day; idle: the others.
enum class Tier : std::uint8_t { kActive, kRecent, kIdle };
inline constexpr std::array kTiers = {Tier::kActive, Tier::kRecent, Tier::kIdle};
std::string_view ToWord(Tier tier);

/// The cap that keeps a new script off. Label values of `reason`.
enum class DropReason : std::uint8_t { kMaxScripts, kMaxSeries };
inline constexpr std::array kDropReasons{DropReason::kMaxScripts, DropReason::kMaxSeries};
std::string_view ToWord(DropReason reason);

}  // namespace exporter::poll
