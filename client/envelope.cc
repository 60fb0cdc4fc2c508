#include "client/envelope.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "client/text.h"
#include "client/timestamp.h"

namespace workers_builds {
namespace {

constexpr std::size_t kMaxMessage = 200;
constexpr std::chrono::seconds kMaxRetryAfter = std::chrono::hours(24);

/// What a body says went wrong.
struct Complaint {
  std::optional<std::int64_t> code;
  std::string message;
};

std::optional<std::int64_t> ReadInteger(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// `{"code": 10000, "message": "..."}` or a bare string.
Complaint ReadComplaint(JsonValue value) {
  if (const auto text = value.AsString()) return {std::nullopt, std::string(*text)};
  Complaint complaint;
  complaint.code = value["code"].AsInteger();
  if (const auto text = value["code"].AsString()) complaint.code = ReadInteger(*text);
  complaint.message = value["message"].AsString().value_or("");
  return complaint;
}

/// The first entry that says something of a field that is an array of entries or one entry.
Complaint FirstComplaint(JsonValue field) {
  if (!field.IsArray()) return ReadComplaint(field);
  for (std::size_t i = 0; i < field.size(); ++i) {
    auto complaint = ReadComplaint(field.At(i));
    if (complaint.code || !complaint.message.empty()) return complaint;
  }
  return {};
}

Complaint ReadComplaints(JsonValue root) {
  auto complaint = FirstComplaint(root["errors"]);
  // The codes in `messages` also mark successes, so that only the text counts.
  if (complaint.message.empty()) complaint.message = FirstComplaint(root["messages"]).message;
  return complaint;
}

/// `Retry-After` (RFC 9110 section 10.2.3); its date form needs the answer's own Date to be a duration.
std::optional<std::chrono::seconds> ReadRetryAfter(const HttpResponse& response) {
  const auto text = Header(response, "retry-after");
  if (const auto seconds = ReadInteger(text)) {
    const auto limit = static_cast<std::int64_t>(kMaxRetryAfter.count());
    return std::chrono::seconds(std::clamp<std::int64_t>(*seconds, 0, limit));
  }
  const auto until = ParseHttpDate(text);
  const auto now = ParseHttpDate(Header(response, "date"));
  if (!until || !now) return std::nullopt;
  return std::clamp(std::chrono::ceil<std::chrono::seconds>(*until - *now), std::chrono::seconds(0), kMaxRetryAfter);
}

/// 971 is the global limit, also seen with HTTP 500; 10429 is its newer form; 12051 is that of deploy hooks.
bool IsRateLimitCode(std::optional<std::int64_t> code) {
  return code == 971 || code == 10429 || code == 12051;
}

/// What a status means. Empty for a success, the body of which decides.
std::optional<ErrorReason> Meaning(int status, std::optional<std::int64_t> code) {
  if (status / 100 != 2 && IsRateLimitCode(code)) return ErrorReason::kRateLimited;
  if (status == 401) return ErrorReason::kAuth;
  if (status == 403) return ErrorReason::kForbidden;
  if (status == 404) return ErrorReason::kNotFound;
  if (status == 429) return ErrorReason::kRateLimited;
  if (status / 100 == 2) return std::nullopt;
  if (status / 100 == 4) return ErrorReason::kHttp4xx;
  if (status / 100 == 5) return ErrorReason::kHttp5xx;
  return ErrorReason::kDecode;
}

std::string DescribeBody(const HttpResponse& response, std::size_t size) {
  const auto type = Header(response, "content-type");
  return std::to_string(size) + " bytes of " + (type.empty() ? "no declared type" : std::string(type));
}

Error MakeError(ErrorReason reason, std::string message, const HttpResponse& response, const CallSite& site) {
  Error error;
  error.reason = reason;
  error.request = site.request;
  error.message = CleanLine(Redact(std::move(message), site.secret), kMaxMessage);
  error.status = response.status;
  error.cf_ray = CleanLine(Redact(std::string(Header(response, "cf-ray")), site.secret), 64);
  if (reason == ErrorReason::kRateLimited || response.status / 100 == 5) error.retry_after = ReadRetryAfter(response);
  return error;
}

/// What there is to say about an answer that is no success and whose body says nothing.
std::string DescribeRefusal(const HttpResponse& response, bool is_json, const std::string& body) {
  if (response.status / 100 == 3) {
    return "redirected to '" + std::string(Header(response, "location")) +
           "', which is not followed; check the base URL";
  }
  return is_json ? "the answer gives no reason" : "the answer is not JSON but " + body;
}

}  // namespace

std::string_view Header(const HttpResponse& response, std::string_view name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? std::string_view() : found->second;
}

tl::expected<Envelope, Error> OpenEnvelope(HttpResponse& response, const CallSite& site) {
  const auto body = DescribeBody(response, response.body.size());
  auto document = JsonDocument::Parse(std::move(response.body));
  const auto root = document ? document->root() : JsonValue();
  auto complaint = ReadComplaints(root);
  const auto fail = [&](ErrorReason reason, std::string message, std::string_view json_path = {}) {
    auto error = MakeError(reason, std::move(message), response, site);
    error.cloudflare_code = complaint.code;
    error.json_path = json_path;
    return tl::unexpected(std::move(error));
  };

  if (const auto reason = Meaning(response.status, complaint.code)) {
    return fail(*reason, complaint.message.empty() ? DescribeRefusal(response, document.has_value(), body)
                                                   : std::move(complaint.message));
  }
  if (!document) return fail(ErrorReason::kDecode, document.error() + " (" + body + ")");
  const auto success = root["success"].AsBool();
  if (!success) return fail(ErrorReason::kSchema, "no v4 envelope: `success` is no bool", "$.success");
  if (!*success) {
    const auto reason = IsRateLimitCode(complaint.code) ? ErrorReason::kRateLimited : ErrorReason::kSchema;
    return fail(reason, complaint.message.empty() ? "`success` is false and the answer gives no reason"
                                                  : std::move(complaint.message));
  }
  return Envelope(std::move(*document));
}

Error ToError(const SchemaError& schema, const HttpResponse& response, const CallSite& site) {
  auto error = MakeError(ErrorReason::kSchema, schema.message, response, site);
  error.json_path = schema.json_path;
  return error;
}

Error ToError(const TransportError& transport, const CallSite& site) {
  using Kind = TransportError::Kind;
  const auto reason = [&] {
    switch (transport.kind) {
      case Kind::kTimeout:
        return ErrorReason::kTimeout;
      case Kind::kConnect:
        return ErrorReason::kConnect;
      case Kind::kTls:
        return ErrorReason::kTls;
      case Kind::kTooLarge:
        return ErrorReason::kDecode;
      case Kind::kCancelled:
        return ErrorReason::kCancelled;
    }
    return ErrorReason::kConnect;
  }();
  return MakeError(reason, transport.message, HttpResponse(), site);
}

}  // namespace workers_builds
