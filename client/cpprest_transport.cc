// Keeps the macro `U` of cpprest out.
#define _TURN_OFF_PLATFORM_STRING

#include "client/cpprest_transport.h"

#include <cpprest/http_client.h>
#include <openssl/err.h>
#include <pplx/threadpool.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>

#include "client/exchange.h"
#include "client/in_flight.h"
#include "client/proxy.h"
#include "client/resend_guard.h"
#include "client/text.h"
#include "client/trust_anchors.h"

namespace workers_builds {
namespace {

using Kind = TransportError::Kind;
using Result = tl::expected<HttpResponse, TransportError>;
using std::chrono::steady_clock;

tl::unexpected<TransportError> Fail(Kind kind, std::string message) {
  return tl::unexpected(TransportError{kind, std::move(message)});
}

HttpHeaders ToHeaders(const web::http::http_headers& source) {
  HttpHeaders headers;
  for (const auto& [name, value] : source) headers.emplace(ToLower(name), value);
  return headers;
}

/// Empty without a Content-Length that counts; kNoNumber where it is anything but one number.
constexpr std::uint64_t kNoNumber = std::numeric_limits<std::uint64_t>::max();
std::optional<std::uint64_t> DeclaredLength(const HttpHeaders& headers) {
  const auto found = headers.find("content-length");
  if (found == headers.end() || headers.contains("transfer-encoding")) return std::nullopt;
  std::uint64_t length = 0;
  const auto& text = found->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  return error == std::errc() && end == text.data() + text.size() ? length : kNoNumber;
}

Result TooLarge(std::size_t limit) {
  return Fail(Kind::kTooLarge, "the answer is larger than " + std::to_string(limit) + " bytes");
}

/// What the library's error means. It reports a handshake that failed with the packed OpenSSL error as the code, which
/// is far above every errno.
TransportError Classify(const web::http::http_exception& error) {
  constexpr int kFirstPackedError = 1 << 20;
  const auto code = error.error_code();
  std::string message = error.what();
  if (code == std::errc::timed_out) return {Kind::kTimeout, std::move(message)};
  if (message.find("SSL handshake") == std::string::npos) return {Kind::kConnect, std::move(message)};
  if (code.value() < kFirstPackedError) return {Kind::kConnect, message + ": the connection was closed"};
  const char* reason = ERR_reason_error_string(static_cast<unsigned long>(code.value()));
  return {Kind::kTls, message + ": " + (reason == nullptr ? "unknown TLS error" : reason)};
}

/// The library's own timeout, which starts again at every byte, must only catch what the deadline has already given up.
constexpr std::chrono::minutes kInactivityTimeout{10};

class CpprestTransport : public HttpTransport {
 public:
  CpprestTransport(const web::uri& origin, std::string base_path, const web::http::client::http_client_config& config,
                   std::size_t max_response_bytes)
      : client_(origin, config), base_path_(std::move(base_path)), max_response_bytes_(max_response_bytes) {}

  ~CpprestTransport() override { in_flight_->WaitForNone(std::chrono::seconds(2)); }

  Result Send(const HttpRequest& request, std::stop_token stop) override {
    const auto deadline = steady_clock::now() + request.timeout;
    if (stop.stop_requested()) return Fail(Kind::kCancelled, "given up before it was sent");
    const auto exchange = std::make_shared<Exchange>();
    try {
      Start(request, exchange);
    } catch (const std::exception& error) {
      return Fail(Kind::kConnect, std::string("the request cannot be sent: ") + error.what());
    }
    if (auto result = exchange->Wait(stop, deadline)) return std::move(*result);
    exchange->Abort();
    if (stop.stop_requested()) return Fail(Kind::kCancelled, "given up on request");
    return Fail(Kind::kTimeout, "no whole answer within " + std::to_string(request.timeout.count()) + " ms");
  }

 private:
  web::http::http_request ToRequest(const HttpRequest& source, const std::shared_ptr<Exchange>& exchange) const {
    web::http::http_request request(source.method);
    request.set_request_uri(web::uri(base_path_ + source.target));
    if (!source.body.empty()) request.set_body(std::vector<unsigned char>(source.body.begin(), source.body.end()));
    for (const auto& [name, value] : source.headers) request.headers()[name] = value;
    const std::weak_ptr<web::http::details::_http_request> sent = request._get_impl();
    request.set_progress_handler([exchange, sent, length = source.body.size(), limit = max_response_bytes_](
                                     web::http::message_direction::direction way, utility::size64_t bytes) {
      if (way == web::http::message_direction::upload) {
        if (const auto message = sent.lock(); message && bytes == length) GuardAgainstResend(*message, exchange);
      } else if (bytes > limit) {
        exchange->MarkTooLarge();
        // Ends the exchange; reported as kTooLarge.
        throw std::length_error("too large");
      }
    });
    return request;
  }

  static void GuardAgainstResend(web::http::details::_http_request& sent, const std::shared_ptr<Exchange>& exchange) {
    ResendGuard::Put(sent, [exchange] {
      exchange->MarkLost();
      exchange->Abort();
    });
  }

  void Start(const HttpRequest& source, const std::shared_ptr<Exchange>& exchange) {
    const auto request = ToRequest(source, exchange);
    in_flight_->Add();
    pplx::task<web::http::http_response> headers_read;
    try {
      headers_read = client_.request(request, exchange->token());
    } catch (...) {
      in_flight_->Remove();
      throw;
    }
    headers_read
        .then([limit = max_response_bytes_, exchange, head = source.method == "HEAD"](web::http::http_response answer) {
          HttpResponse response{answer.status_code(), ToHeaders(answer.headers()), {}};
          const auto declared = head ? std::nullopt : DeclaredLength(response.headers);
          if (declared && *declared > limit && *declared != kNoNumber) {
            exchange->MarkTooLarge();
            exchange->Abort();
          }
          return answer.extract_vector().then(
              [response = std::move(response)](std::vector<unsigned char> body) mutable {
                response.body.assign(body.begin(), body.end());
                return std::move(response);
              });
        })
        .then([limit = max_response_bytes_, exchange, in_flight = in_flight_,
               head = source.method == "HEAD"](pplx::task<HttpResponse> answer) {
          exchange->Finish(Explain(Conclude(answer, limit, head), *exchange, limit));
          in_flight->Remove();
        });
  }

  /// What we ended ourselves has our reason for it.
  static Result Explain(Result result, const Exchange& exchange, std::size_t limit) {
    if (result) return result;
    if (exchange.too_large()) return TooLarge(limit);
    if (exchange.lost()) return Fail(Kind::kConnect, "the server closed the connection before it answered");
    return result;
  }

  /// No exception of the library gets further than here.
  static Result Conclude(const pplx::task<HttpResponse>& answer, std::size_t limit, bool head) {
    try {
      HttpResponse response = answer.get();
      if (response.body.size() > limit) return TooLarge(limit);
      const bool has_body = !head && response.status != 204 && response.status != 304;
      const auto declared = has_body ? DeclaredLength(response.headers) : std::nullopt;
      if (declared == kNoNumber) return Fail(Kind::kConnect, "the answer's Content-Length is no number");
      if (declared && *declared != response.body.size()) {
        return Fail(Kind::kConnect, "the answer ended after " + std::to_string(response.body.size()) + " of " +
                                        std::to_string(*declared) + " bytes");
      }
      return response;
    } catch (const web::http::http_exception& error) {
      return tl::unexpected(Classify(error));
    } catch (const pplx::task_canceled&) {
      return Fail(Kind::kCancelled, "given up");
    } catch (const std::exception& error) {
      return Fail(Kind::kConnect, error.what());
    }
  }

  web::http::client::http_client client_;
  const std::string base_path_;
  const std::size_t max_response_bytes_;
  /// Calls that the library has not let go of yet, some of which nobody may be waiting for any more.
  const std::shared_ptr<InFlight> in_flight_ = std::make_shared<InFlight>();
};

tl::expected<web::uri, std::string> ParseBaseUrl(const std::string& text) {
  const auto fail = [&](const std::string& why) {
    return tl::unexpected("base_url '" + text + "': " + why + "; expected a URL such as https://host/client/v4");
  };
  try {
    const web::uri url(text);
    if (!url.user_info().empty())
      return tl::unexpected(std::string("base_url: a user and password have no use there; leave them out"));
    if (url.scheme() != "https" && url.scheme() != "http") return fail("neither http:// nor https://");
    if (url.host().empty()) return fail("no host");
    if (url.host().starts_with('[')) return fail("the HTTP library needs a host name in place of an IPv6 address");
    if (url.port() > 65535) return fail("no such port");
    if (!url.query().empty() || !url.fragment().empty()) return fail("a query or fragment has no use there");
    return url;
  } catch (const std::exception&) {
    return fail("not a URL");
  }
}

int PortOf(const web::uri& url) {
  return url.port() > 0 ? url.port() : url.scheme() == "https" ? 443 : 80;
}

std::optional<std::string> ReadEnvironment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// Empty: a success without a proxy.
tl::expected<std::optional<web::web_proxy>, std::string> ChooseProxy(const std::string& option, const web::uri& url) {
  const Origin origin{url.scheme(), url.host(), PortOf(url)};
  const auto text = option.empty() ? ProxyFromEnvironment(origin, ReadEnvironment) : option;
  if (text.empty()) return std::nullopt;
  const auto parsed = ParseProxy(text);
  if (!parsed) {
    return tl::unexpected((option.empty() ? "the proxy of the environment: " : "proxy_url: ") + parsed.error());
  }
  try {
    web::web_proxy proxy{web::uri(parsed->url)};
    if (!parsed->user.empty()) proxy.set_credentials(web::credentials(parsed->user, parsed->password));
    return proxy;
  } catch (const std::exception&) {
    return tl::unexpected(std::string("proxy_url: expected a proxy of the form http://host:port"));
  }
}

void StartPool(int threads) {
  static std::once_flag once;
  std::call_once(once, [&] {
    try {
      crossplat::threadpool::initialize_with_threads(static_cast<std::size_t>(std::max(threads, 1)));
    } catch (const std::exception&) {
      // The process already has a pool; it serves as well.
    }
  });
}

}  // namespace

tl::expected<std::unique_ptr<HttpTransport>, std::string> MakeCpprestTransport(const CpprestTransportOptions& options) {
  const auto url = ParseBaseUrl(options.base_url);
  if (!url) return tl::unexpected(url.error());
  auto proxy = ChooseProxy(options.proxy_url, *url);
  if (!proxy) return tl::unexpected(proxy.error());
  std::string anchors;
  if (!options.ca_file.empty()) {
    auto pem = ReadTrustAnchors(options.ca_file);
    if (!pem) return tl::unexpected(pem.error());
    anchors = std::move(*pem);
  }
  StartPool(options.threads);

  web::http::client::http_client_config config;
  config.set_timeout(kInactivityTimeout);
  config.set_max_redirects(0);
  if (*proxy) config.set_proxy(**proxy);
  config.set_ssl_context_callback([anchors](boost::asio::ssl::context& context) {
    boost::system::error_code ignored;  // the certificates have been read once already
    context.set_options(boost::asio::ssl::context::no_tlsv1 | boost::asio::ssl::context::no_tlsv1_1, ignored);
    if (!anchors.empty()) context.add_certificate_authority(boost::asio::buffer(anchors), ignored);
  });
  std::string path = url->path();
  while (path.ends_with('/')) path.pop_back();
  try {
    return std::make_unique<CpprestTransport>(url->authority(), std::move(path), config, options.max_response_bytes);
  } catch (const std::exception& error) {
    return tl::unexpected("base_url '" + options.base_url + "': " + error.what());
  }
}

}  // namespace workers_builds
