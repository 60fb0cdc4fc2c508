#include "client/error.h"

namespace workers_builds {

std::string_view ToWord(ErrorReason reason) {
  switch (reason) {
    case ErrorReason::kAuth:
      return "auth";
    case ErrorReason::kForbidden:
      return "forbidden";
    case ErrorReason::kNotFound:
      return "not_found";
    case ErrorReason::kRateLimited:
      return "rate_limited";
    case ErrorReason::kTimeout:
      return "timeout";
    case ErrorReason::kConnect:
      return "connect";
    case ErrorReason::kTls:
      return "tls";
    case ErrorReason::kHttp4xx:
      return "http_4xx";
    case ErrorReason::kHttp5xx:
      return "http_5xx";
    case ErrorReason::kDecode:
      return "decode";
    case ErrorReason::kSchema:
      return "schema";
    case ErrorReason::kCancelled:
      return "cancelled";
  }
  return "schema";
}

std::string Describe(const Error& error) {
  std::string text = error.request + ": " + std::string(ToWord(error.reason));
  if (error.status != 0) text += ", HTTP " + std::to_string(error.status);
  if (error.cloudflare_code) text += ", code " + std::to_string(*error.cloudflare_code);
  if (!error.message.empty()) text += ": " + error.message;
  if (!error.json_path.empty()) text += " at " + error.json_path;
  if (!error.cf_ray.empty()) text += " (cf-ray " + error.cf_ray + ")";
  return text;
}

}  // namespace workers_builds
