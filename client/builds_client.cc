#include "client/builds_client.h"

#include <cassert>
#include <utility>

#include "client/build_decoder.h"
#include "client/limits_decoder.h"
#include "client/script_decoder.h"
#include "client/text.h"
#include "client/token_status_decoder.h"

namespace workers_builds {
namespace {

std::string AccountPath(const std::string& account_id) {
  return "/accounts/" + PercentEncode(account_id);
}

std::string BuildsPath(const std::string& account_id) {
  return AccountPath(account_id) + "/builds";
}

HttpRequest MakeRequest(const std::string& path, const std::string& query, const std::string& token,
                        const CallOptions& options) {
  HttpRequest request;
  request.target = query.empty() ? path : path + "?" + query;
  request.headers = {
      {"accept", "application/json"},
      {"authorization", "Bearer " + token},
      {"user-agent", "workers_builds_exporter/" WORKERS_BUILDS_VERSION},
  };
  request.timeout = options.timeout;
  return request;
}

Error NoToken(std::string request, std::string message) {
  Error error;
  error.reason = ErrorReason::kAuth;
  error.request = std::move(request);
  error.message = std::move(message);
  return error;
}

AnswerMeta ReadMeta(const HttpResponse& response) {
  AnswerMeta meta;
  meta.status = response.status;
  meta.date = ParseHttpDate(Header(response, "date"));
  meta.rate_limits = ParseRateLimit(Header(response, "ratelimit"), Header(response, "ratelimit-policy"));
  return meta;
}

}  // namespace

BuildsClient::BuildsClient(HttpTransport& transport, Credentials& credentials)
    : transport_(transport), credentials_(credentials) {}

template <typename T, typename Decode>
Answer<T> BuildsClient::Get(const std::string& path, const std::string& query, const CallOptions& options,
                            const Decode& decode) {
  CallSite site{"GET " + path, {}};
  const auto token = credentials_.BearerToken();
  if (!token) return {tl::unexpected(NoToken(site.request, token.error())), {}};
  site.secret = *token;

  auto response = transport_.Send(MakeRequest(path, query, *token, options), options.stop);
  if (!response) return {tl::unexpected(ToError(response.error(), site)), {}};
  if (response->status == 401) credentials_.Refused();

  auto meta = ReadMeta(*response);
  const auto envelope = OpenEnvelope(*response, site);
  if (!envelope) return {tl::unexpected(envelope.error()), std::move(meta)};

  ReadNotes notes;
  auto decoded = decode(*envelope, notes);
  meta.unknown_values = std::move(notes.unknown_values);
  meta.invalid_utf8 = notes.invalid_utf8 + envelope->repaired();
  if (!decoded) return {tl::unexpected(ToError(decoded.error(), *response, site)), std::move(meta)};
  return {std::move(*decoded), std::move(meta)};
}

Answer<std::vector<Script>> BuildsClient::ListScripts(const std::string& account_id, const CallOptions& options) {
  return Get<std::vector<Script>>(
      AccountPath(account_id) + "/workers/scripts", "", options,
      [](const Envelope& envelope, ReadNotes& notes) { return DecodeScripts(envelope.result(), notes); });
}

Answer<LatestBuilds> BuildsClient::GetLatestBuilds(const std::string& account_id, std::span<const std::string> tags,
                                                   const CallOptions& options) {
  assert(!tags.empty() && tags.size() <= kMaxLatestScripts);
  std::string query = "external_script_ids=";
  for (const auto& tag : tags) {
    if (&tag != &tags.front()) query += ',';
    query += PercentEncode(tag);
  }
  return Get<LatestBuilds>(
      BuildsPath(account_id) + "/builds/latest", query, options,
      [](const Envelope& envelope, ReadNotes& notes) { return DecodeLatestBuilds(envelope.result(), notes); });
}

Answer<BuildPage> BuildsClient::ListBuilds(const std::string& account_id, const std::string& tag, int page,
                                           int per_page, const CallOptions& options) {
  assert(page >= 1 && per_page >= 1 && per_page <= kMaxPerPage);
  return Get<BuildPage>(BuildsPath(account_id) + "/workers/" + PercentEncode(tag) + "/builds",
                        "page=" + std::to_string(page) + "&per_page=" + std::to_string(per_page), options,
                        [](const Envelope& envelope, ReadNotes& notes) {
                          return DecodeBuildPage(envelope.result(), envelope.result_info(), notes);
                        });
}

Answer<Build> BuildsClient::GetBuild(const std::string& account_id, const Uuid& uuid, const CallOptions& options) {
  return Get<Build>(BuildsPath(account_id) + "/builds/" + FormatUuid(uuid), "", options,
                    [](const Envelope& envelope, ReadNotes& notes) { return DecodeBuild(envelope.result(), notes); });
}

Answer<AccountLimits> BuildsClient::GetAccountLimits(const std::string& account_id, const CallOptions& options) {
  return Get<AccountLimits>(
      BuildsPath(account_id) + "/account/limits", "", options,
      [](const Envelope& envelope, ReadNotes& notes) { return DecodeAccountLimits(envelope.result(), notes); });
}

Answer<TokenStatus> BuildsClient::VerifyUserToken(const CallOptions& options) {
  return Get<TokenStatus>("/user/tokens/verify", "", options, [](const Envelope& envelope, ReadNotes& notes) {
    return DecodeTokenStatus(envelope.result(), notes);
  });
}

Answer<TokenStatus> BuildsClient::VerifyAccountToken(const std::string& account_id, const CallOptions& options) {
  return Get<TokenStatus>(
      AccountPath(account_id) + "/tokens/verify", "", options,
      [](const Envelope& envelope, ReadNotes& notes) { return DecodeTokenStatus(envelope.result(), notes); });
}

}  // namespace workers_builds
