#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "client/build.h"
#include "client/error.h"
#include "client/rate_limit.h"
#include "client/script.h"

namespace workers_builds {

/// What an answer says besides its payload; there also when the payload is an error.
struct AnswerMeta {
  /// HTTP status, 0 without an answer.
  int status = 0;
  /// The `Date` header: what time it is for the API.
  std::optional<Timestamp> date;
  std::vector<RateLimit> rate_limits;
  /// Words that this client does not know, by field (`status`, `build_outcome`, `build_trigger_source`, ...): the last
  /// one seen. Also a field of a wrong type (the word is then the JSON type), and a build without a usable UUID.
  std::map<std::string, std::string> unknown_values;
  /// Strings that were not UTF-8; their bad bytes have been replaced with U+FFFD.
  std::int64_t invalid_utf8 = 0;
};

/// The outcome of one call: exactly one attempt, never retried here.
template <typename T>
struct Answer {
  tl::expected<T, Error> value;
  AnswerMeta meta;
};

struct CallOptions {
  /// For the whole call.
  std::chrono::milliseconds timeout{10'000};
  /// A stop asked for ends the call at once with ErrorReason::kCancelled.
  std::stop_token stop;
};

/// What `GET /user/tokens/verify` and `GET /accounts/{account_id}/tokens/verify` say of the token that asks.
struct TokenStatus {
  std::string id;
  /// active, disabled, expired, or whatever else the API says.
  std::string status;
  std::optional<Timestamp> expires_on;
};

/// One method an operation of the API. Implementations may be called from several threads at once.
class BuildsApi {
 public:
  /// The most scripts that one GetLatestBuilds may ask for.
  static constexpr std::size_t kMaxLatestScripts = 20;
  /// The largest page of ListBuilds.
  static constexpr int kMaxPerPage = 200;

  virtual ~BuildsApi() = default;

  /// GET /accounts/{account_id}/workers/scripts. A script without a tag is left out and counted as unknown value `tag`.
  virtual Answer<std::vector<Script>> ListScripts(const std::string& account_id, const CallOptions& options) = 0;

  /// GET /accounts/{account_id}/builds/builds/latest, for 1 to kMaxLatestScripts tags.
  virtual Answer<LatestBuilds> GetLatestBuilds(const std::string& account_id, std::span<const std::string> tags,
                                               const CallOptions& options) = 0;

  /// GET /accounts/{account_id}/builds/workers/{external_script_id}/builds; `page` from 1, `per_page` to kMaxPerPage.
  virtual Answer<BuildPage> ListBuilds(const std::string& account_id, const std::string& tag, int page, int per_page,
                                       const CallOptions& options) = 0;

  /// GET /accounts/{account_id}/builds/builds/{build_uuid}.
  virtual Answer<Build> GetBuild(const std::string& account_id, const Uuid& uuid, const CallOptions& options) = 0;

  /// GET /accounts/{account_id}/builds/account/limits.
  virtual Answer<AccountLimits> GetAccountLimits(const std::string& account_id, const CallOptions& options) = 0;

  /// GET /user/tokens/verify: succeeds for user tokens.
  virtual Answer<TokenStatus> VerifyUserToken(const CallOptions& options) = 0;

  /// GET /accounts/{account_id}/tokens/verify: succeeds for account-owned tokens, which the Builds operations refuse.
  virtual Answer<TokenStatus> VerifyAccountToken(const std::string& account_id, const CallOptions& options) = 0;
};

}  // namespace workers_builds
