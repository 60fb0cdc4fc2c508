#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace config {

/// Reads `300ms`, `10s`, `5m`, `2h`, `7d`: digits and one unit. Empty when the text is anything else or longer than
/// 292 million years.
std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text);

/// Writes a duration (not negative) with the largest unit that needs no fraction: 90 s is `90s`, 120 s `2m`, 0 `0s`.
std::string FormatDuration(std::chrono::milliseconds duration);

/// Reads bytes as `512B`, `64KiB`, `32MiB`, `1GiB`: digits and one unit. Empty when the text is anything else or does
/// not fit.
std::optional<std::int64_t> ParseByteSize(std::string_view text);

/// Writes bytes (not negative) with the largest unit that needs no fraction.
std::string FormatByteSize(std::int64_t bytes);

}  // namespace config
