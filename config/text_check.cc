#include "config/text_check.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace config {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n";

re2::StringPiece Piece(std::string_view text) {
  return {text.data(), text.size()};
}

bool IsPort(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65'535;
}

}  // namespace

std::optional<std::string> ParseHexId(std::string_view text) {
  static const RE2 kHexId("[0-9a-fA-F]{32}");
  if (!RE2::FullMatch(Piece(text), kHexId)) return std::nullopt;
  std::string id(text);
  std::ranges::transform(id, id.begin(), [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
  return id;
}

tl::expected<Secret, std::string> ParseToken(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return tl::unexpected<std::string>("is empty: expected an API token");
  text = text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
  if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; })) {
    return tl::unexpected<std::string>("is no API token: it holds white space or characters outside of ASCII");
  }
  return Secret(std::string(text));
}

tl::expected<std::string, std::string> ParseBaseUrl(std::string_view text) {
  static const RE2 kUrl(R"((?i:https?)://(?:[-.\w]+|\[[0-9a-fA-F:.]+\])(?::(\d+))?((?:/[^?#@\s]*)?))");
  std::string port;
  if (!RE2::FullMatch(Piece(text), kUrl, &port, nullptr) || (!port.empty() && !IsPort(port))) {
    return tl::unexpected<std::string>(
        "is not a base URL: expected http:// or https://, a host, maybe :PORT and a path; no user, query or fragment");
  }
  while (text.ends_with('/')) text.remove_suffix(1);
  return std::string(text);
}

tl::expected<std::string, std::string> ParseProxyUrl(std::string_view text) {
  static const RE2 kUrl(R"((?i:http)://(?:[^/?#@\s]+@)?(?:[-.\w]+|\[[0-9a-fA-F:.]+\]):(\d+)/?)");
  std::string port;
  if (!RE2::FullMatch(Piece(text), kUrl, &port) || !IsPort(port)) {
    return tl::unexpected<std::string>("is not a proxy: expected http://HOST:PORT or http://USER:PASSWORD@HOST:PORT");
  }
  if (text.ends_with('/')) text.remove_suffix(1);
  return std::string(text);
}

bool IsLabelText(std::string_view text) {
  static const RE2 kLabelText("[[:^cntrl:]]+");
  return RE2::FullMatch(Piece(text), kLabelText);
}

std::optional<std::string> WhyBadPattern(const std::string& pattern) {
  const RE2 compiled(pattern, RE2::Quiet);
  if (compiled.ok()) return std::nullopt;
  return compiled.error();
}

}  // namespace config
