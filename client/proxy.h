#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace workers_builds {

/// An HTTP proxy: plain requests go to it whole, TLS goes through it by CONNECT.
struct Proxy {
  /// `http://host:port`, without user and password.
  std::string url;
  std::string user;
  std::string password;
};

/// Reads `http://user:password@host:port`; scheme, user and password may be missing. The error repeats nothing of the
/// text, which can hold a password.
tl::expected<Proxy, std::string> ParseProxy(std::string_view text);

/// Where requests go: `https`, `api.cloudflare.com`, 443.
struct Origin {
  std::string scheme;
  std::string host;
  int port = 0;
};

/// The value of an environment variable.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The proxy text that HTTPS_PROXY or HTTP_PROXY (by scheme; upper case wins over lower case) names for `origin`;
/// empty: none. None also for loopback and for what NO_PROXY lists, separated by commas: a host, which stands for its
/// subdomains too, `host:port`, or `*` for everything.
std::string ProxyFromEnvironment(const Origin& origin, const Environment& environment);

}  // namespace workers_builds
