#pragma once

#include <string>
#include <vector>

#include "client/builds_api.h"
#include "client/credentials.h"
#include "client/envelope.h"
#include "client/http.h"

namespace workers_builds {

/// The API over a transport. A call is one attempt; a 401 tells the credentials that their token was refused. A page
/// or a discovery without elements is a value, a null one an error (kSchema). `transport` and `credentials` must
/// outlive it.
class BuildsClient : public BuildsApi {
 public:
  BuildsClient(HttpTransport& transport, Credentials& credentials);

  Answer<std::vector<Script>> ListScripts(const std::string& account_id, const CallOptions& options) override;
  Answer<LatestBuilds> GetLatestBuilds(const std::string& account_id, std::span<const std::string> tags,
                                       const CallOptions& options) override;
  Answer<BuildPage> ListBuilds(const std::string& account_id, const std::string& tag, int page, int per_page,
                               const CallOptions& options) override;
  Answer<Build> GetBuild(const std::string& account_id, const Uuid& uuid, const CallOptions& options) override;
  Answer<AccountLimits> GetAccountLimits(const std::string& account_id, const CallOptions& options) override;
  Answer<TokenStatus> VerifyUserToken(const CallOptions& options) override;
  Answer<TokenStatus> VerifyAccountToken(const std::string& account_id, const CallOptions& options) override;

 private:
  /// GET of `path` (encoded) with `query` (encoded, or empty); `decode` gets the Envelope and the ReadNotes.
  template <typename T, typename Decode>
  Answer<T> Get(const std::string& path, const std::string& query, const CallOptions& options, const Decode& decode);

  HttpTransport& transport_;
  Credentials& credentials_;
};

}  // namespace workers_builds
