#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace workers_builds {

/// An instant as the API gives it: UTC, whole milliseconds.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// Reads RFC 3339 (`2026-08-13T02:33:50.890Z`): 0 to 9 fraction digits (cut to milliseconds), `Z` or a numeric offset.
/// Empty when the text is anything else or no date of the calendar (years 1970 to 9999).
std::optional<Timestamp> ParseTimestamp(std::string_view text);

/// Writes RFC 3339 in UTC with three fraction digits, as the API does.
std::string FormatTimestamp(Timestamp instant);

/// Reads the `Date` header (RFC 9110 section 5.6.7, IMF-fixdate only). Empty when the text is anything else.
std::optional<Timestamp> ParseHttpDate(std::string_view text);

}  // namespace workers_builds
