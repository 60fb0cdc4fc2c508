#include "exporter/web/listen_address.h"

#include <charconv>
#include <utility>

namespace exporter::web {
namespace {

tl::unexpected<std::string> Refused(std::string_view text, std::string_view problem) {
  std::string message = "listen address '";
  message.append(text).append("': ").append(problem);
  message.append("; expected HOST:PORT, for instance :19877, 127.0.0.1:19877 or [::1]:19877");
  return tl::unexpected(std::move(message));
}

}  // namespace

tl::expected<ListenAddress, std::string> ParseListenAddress(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return Refused(text, "has no port");

  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[')) {
    if (!host.ends_with(']')) return Refused(text, "the bracket is not closed before the port");
    host = host.substr(1, host.size() - 2);
    if (host.find(':') == std::string_view::npos) return Refused(text, "no IPv6 address in the brackets");
  } else if (host.find(':') != std::string_view::npos) {
    return Refused(text, "an IPv6 address needs brackets");
  }

  const std::string_view digits = text.substr(colon + 1);
  ListenAddress address{std::string(host), 0};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return Refused(text, "the port is no number from 0 to 65535");
  }
  return address;
}

}  // namespace exporter::web
