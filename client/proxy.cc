#include "client/proxy.h"

#include <algorithm>
#include <utility>

#include "client/text.h"

namespace workers_builds {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string PercentDecode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexValue(text[i + 1]) >= 0 && HexValue(text[i + 2]) >= 0) {
      decoded += static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

bool IsPort(std::string_view text) {
  return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos &&
         std::stoi(std::string(text)) <= 65535;
}

/// `host:port` or `host`.
bool IsHostAndPort(std::string_view text) {
  const auto colon = text.rfind(':');
  const bool has_port = colon != std::string_view::npos && text.back() != ']';
  if (has_port && !IsPort(text.substr(colon + 1))) return false;
  const auto host = text.substr(0, has_port ? colon : text.size());
  return !host.empty() && host.find_first_of(" \t\r\n/?#@") == std::string_view::npos;
}

bool IsLoopback(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost") || host == "[::1]" || host == "::1" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

/// One entry of NO_PROXY; both sides in lower case.
bool Matches(std::string_view entry, const std::string& host, int port) {
  if (entry == "*") return true;
  const auto colon = entry.rfind(':');
  if (colon != std::string_view::npos && IsPort(entry.substr(colon + 1)) && entry.find(':') == colon) {
    if (std::stoi(std::string(entry.substr(colon + 1))) != port) return false;
    entry = entry.substr(0, colon);
  }
  if (entry.starts_with("*.")) entry.remove_prefix(1);
  if (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.empty()) return false;
  if (!host.ends_with(entry)) return false;
  return host.size() == entry.size() || host[host.size() - entry.size() - 1] == '.';
}

bool IsExempt(std::string_view no_proxy, const std::string& host, int port) {
  const auto list = ToLower(no_proxy);
  std::string_view rest = list;
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    if (Matches(Trim(rest.substr(0, comma)), host, port)) return true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return false;
}

std::string Read(const Environment& environment, const std::string& name) {
  for (const auto& spelling : {name, ToLower(name)}) {
    const auto value = environment(spelling);
    if (value && !Trim(*value).empty()) return std::string(Trim(*value));
  }
  return {};
}

}  // namespace

tl::expected<Proxy, std::string> ParseProxy(std::string_view text) {
  constexpr std::string_view kScheme = "http://";
  if (ToLower(text.substr(0, kScheme.size())) == kScheme) {
    text.remove_prefix(kScheme.size());
  } else if (text.find("://") != std::string_view::npos) {
    return tl::unexpected(std::string("only proxies with a URL of the form http://host:port are supported"));
  }
  while (text.ends_with('/')) text.remove_suffix(1);
  Proxy proxy;
  if (const auto at = text.rfind('@'); at != std::string_view::npos) {
    const auto login = text.substr(0, at);
    const auto colon = std::min(login.find(':'), login.size());
    proxy.user = PercentDecode(login.substr(0, colon));
    proxy.password = PercentDecode(login.substr(std::min(colon + 1, login.size())));
    text.remove_prefix(at + 1);
  }
  if (!IsHostAndPort(text)) return tl::unexpected(std::string("expected a proxy of the form http://host:port"));
  proxy.url = std::string(kScheme) + std::string(text);
  return proxy;
}

std::string ProxyFromEnvironment(const Origin& origin, const Environment& environment) {
  const auto host = ToLower(origin.host);
  if (IsLoopback(host)) return {};
  if (IsExempt(Read(environment, "NO_PROXY"), host, origin.port)) return {};
  return Read(environment, origin.scheme == "https" ? "HTTPS_PROXY" : "HTTP_PROXY");
}

}  // namespace workers_builds
