#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace simulator {

/// A moment in UTC, of the wall or of the simulated clock; who takes one says which.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// As every real answer writes it: `2026-08-13T02:33:50.890Z`, always three digits (reference, section 3a).
std::string FormatInstant(Instant instant);

/// RFC 3339 with `Z` or an offset and any number of fraction digits (what is below a millisecond is cut off). Empty for
/// anything else.
std::optional<Instant> ParseInstant(std::string_view text);

/// The `Date` header (RFC 9110 section 5.6.7), which knows whole seconds only.
std::string FormatHttpDate(Instant instant);

/// Seconds since 1970 with the milliseconds as fraction.
double ToSeconds(Instant instant);

/// 00:00 UTC on the first day of the month of `instant`.
Instant StartOfMonth(Instant instant);
Instant StartOfNextMonth(Instant instant);

}  // namespace simulator
