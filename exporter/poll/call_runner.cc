#include "exporter/poll/call_runner.h"

#include <utility>

namespace exporter::poll {
namespace {

template <typename T>
CallResult ToResult(workers_builds::Answer<T> answer) {
  CallResult result{.payload = tl::unexpected(workers_builds::Error{}),
                    .meta = std::move(answer.meta),
                    .local_time = {},
                    .duration = {}};
  if (answer.value) {
    result.payload = Payload(std::move(*answer.value));
  } else {
    result.payload = tl::unexpected(std::move(answer.value.error()));
  }
  return result;
}

}  // namespace

CallResult RunCall(workers_builds::BuildsApi& api, const std::string& account_id, const Call& call,
                   milliseconds timeout, std::stop_token stop) {
  const workers_builds::CallOptions options{.timeout = timeout, .stop = std::move(stop)};
  switch (call.collector) {
    case Collector::kDiscovery:
      return ToResult(api.ListScripts(account_id, options));
    case Collector::kLatest:
      return ToResult(api.GetLatestBuilds(account_id, call.tags, options));
    case Collector::kList:
      return ToResult(api.ListBuilds(account_id, call.tags.front(), call.page, call.per_page, options));
    case Collector::kBuild:
      return ToResult(api.GetBuild(account_id, call.uuid, options));
    case Collector::kLimits:
      return ToResult(api.GetAccountLimits(account_id, options));
    case Collector::kVerify:
      break;
  }
  if (call.account_token) return ToResult(api.VerifyAccountToken(account_id, options));
  return ToResult(api.VerifyUserToken(options));
}

}  // namespace exporter::poll
