#include "config/quantity.h"

#include <array>
#include <charconv>
#include <limits>
#include <span>
#include <system_error>

namespace config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

// From the smallest to the largest.
constexpr std::array<Unit, 5> kDurationUnits{
    {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::array<Unit, 4> kByteUnits{{{"B", 1}, {"KiB", 1LL << 10}, {"MiB", 1LL << 20}, {"GiB", 1LL << 30}}};

std::optional<std::int64_t> Parse(std::string_view text, std::span<const Unit> units) {
  std::int64_t count = 0;
  if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  for (const Unit& unit : units) {
    if (text != unit.name) continue;
    if (count > std::numeric_limits<std::int64_t>::max() / unit.factor) return std::nullopt;
    return count * unit.factor;
  }
  return std::nullopt;
}

std::string Format(std::int64_t amount, std::span<const Unit> units) {
  std::string text;
  for (const Unit& unit : units) {
    if (amount % unit.factor == 0 && (amount != 0 || text.empty())) {
      text = std::to_string(amount / unit.factor) + std::string(unit.name);
    }
  }
  return text;
}

}  // namespace

std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  const std::optional<std::int64_t> count = Parse(text, kDurationUnits);
  if (!count) return std::nullopt;
  return std::chrono::milliseconds(*count);
}

std::string FormatDuration(std::chrono::milliseconds duration) {
  return duration.count() == 0 ? "0s" : Format(duration.count(), kDurationUnits);
}

std::optional<std::int64_t> ParseByteSize(std::string_view text) {
  return Parse(text, kByteUnits);
}

std::string FormatByteSize(std::int64_t bytes) {
  return Format(bytes, kByteUnits);
}

}  // namespace config
