#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "client/http.h"

namespace workers_builds {

struct CpprestTransportOptions {
  /// `http://` or `https://`, with or without a path; what a request asks for is appended.
  std::string base_url = "https://api.cloudflare.com/client/v4";
  /// PEM file of trust anchors besides the system's; empty: none.
  std::string ca_file;
  /// `http://user:password@host:port`. Empty: HTTPS_PROXY or HTTP_PROXY and NO_PROXY of the environment (proxy.h), as
  /// they are at construction.
  std::string proxy_url;
  /// A larger body is kTooLarge, given up while it is read. The library shows a chunk of a chunked body only when it
  /// has all of it, and headers not at all until they are whole: there only the deadline bounds what is read.
  std::size_t max_response_bytes = 32U * 1024 * 1024;
  /// Threads of the library's pool; one pool a process, so that the first transport decides.
  int threads = 4;
};

/// HTTP/1.1 and TLS by cpprestsdk, with connections kept alive. A call sends one request at most: a redirect is not
/// followed, and a request that meets a kept connection which the server has closed is kConnect and not sent again (the
/// next call gets another connection). Compression is not asked for. Peers must prove their name by TLS 1.2 or later.
/// No call may be under way at destruction. The error says which option is wrong, and why.
tl::expected<std::unique_ptr<HttpTransport>, std::string> MakeCpprestTransport(const CpprestTransportOptions& options);

}  // namespace workers_builds
