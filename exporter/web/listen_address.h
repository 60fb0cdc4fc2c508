#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace exporter::web {

/// `--web.listen-address`, taken apart.
struct ListenAddress {
  /// Without brackets; empty: every address, IPv4 and IPv6.
  std::string host;
  /// 0: one that is free.
  std::uint16_t port = 0;

  bool operator==(const ListenAddress&) const = default;
};

/// Reads `:19877`, `127.0.0.1:0`, `[::1]:19877`, `localhost:19877`. The error says what is expected.
tl::expected<ListenAddress, std::string> ParseListenAddress(std::string_view text);

}  // namespace exporter::web
