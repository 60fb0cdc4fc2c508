#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace workers_builds {

/// A build's identity: 16 bytes (RFC 9562), compared byte by byte.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Uuid&) const = default;
};

/// Reads `8-4-4-4-12` hex digits of either case. Empty when the text is anything else.
std::optional<Uuid> ParseUuid(std::string_view text);

/// Writes `8-4-4-4-12` in lower case.
std::string FormatUuid(const Uuid& uuid);

}  // namespace workers_builds

template <>
struct std::hash<workers_builds::Uuid> {
  std::size_t operator()(const workers_builds::Uuid& uuid) const noexcept {
    std::uint64_t halves[2];
    std::memcpy(halves, uuid.bytes.data(), sizeof halves);
    return static_cast<std::size_t>(halves[0] ^ (halves[1] * 0x9E3779B97F4A7C15ULL));
  }
};
