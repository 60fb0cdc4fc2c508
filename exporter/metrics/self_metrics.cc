#include "exporter/metrics/self_metrics.h"

#include <array>
#include <utility>

#include "exporter/metrics/process_metrics.h"

namespace exporter::metrics {
namespace {

using workers_builds::ErrorReason;

constexpr std::array kReasons{ErrorReason::kAuth,        ErrorReason::kForbidden, ErrorReason::kNotFound,
                              ErrorReason::kRateLimited, ErrorReason::kTimeout,   ErrorReason::kConnect,
                              ErrorReason::kTls,         ErrorReason::kHttp4xx,   ErrorReason::kHttp5xx,
                              ErrorReason::kDecode,      ErrorReason::kSchema};

double ToDouble(std::int64_t count) {
  return static_cast<double>(count);
}

double InSeconds(workers_builds::Timestamp instant) {
  return SelfMetrics::Seconds(instant.time_since_epoch()).count();
}

}  // namespace

SelfMetrics::SelfMetrics(const BuildIdentity& identity, FamilySelection shown)
    : shown_(std::move(shown)), instruments_(shown_) {
  instruments_.Set(Family::kBuildInfo, {identity.version, identity.revision, identity.compiler}, 1);
  for (const Collector endpoint : kCollectors) {
    instruments_.Declare(Family::kApiRequestDurationSeconds, {ToWord(endpoint)});
    for (const ErrorReason reason : kReasons)
      instruments_.Declare(Family::kApiRetriesTotal, {ToWord(endpoint), ToWord(reason)});
  }
  for (const Anomaly anomaly : kAnomalies) instruments_.Declare(Family::kAnomaliesTotal, {ToWord(anomaly)});
  for (const char* field : {"status", "build_outcome", "build_trigger_source"}) {
    instruments_.Declare(Family::kUnknownValuesTotal, {field});
  }
  for (const Family family :
       {Family::kStateCommitsTotal, Family::kStateCommitErrorsTotal, Family::kStateRecoveriesTotal}) {
    instruments_.Declare(family);
  }
  for (const DropReason reason : kDropReasons) instruments_.Declare(Family::kSeriesDroppedTotal, {ToWord(reason)});
  instruments_.Declare(Family::kScriptsDropped);
  for (const Encoding encoding : kEncodings)
    instruments_.Declare(Family::kExpositionRenderSecondsTotal, {ToWord(encoding)});
  for (const WebHandler handler : kWebHandlers) {
    instruments_.Declare(Family::kHttpRequestsTotal, {ToWord(handler), handler == WebHandler::kOther ? "404" : "200"});
  }
  instruments_.Declare(Family::kConfigLastReloadSuccessful);
  SetShard(0, 1);
}

void SelfMetrics::SetShard(int ordinal, int shards) {
  instruments_.Set(Family::kShardOrdinal, {}, ordinal);
  instruments_.Set(Family::kShards, {}, shards);
}

void SelfMetrics::DeclareAccount(std::string_view account) {
  for (const Collector collector : kCollectors) {
    instruments_.Declare(Family::kCollectorUp, {account, ToWord(collector)});
    for (const ErrorReason reason : kReasons) {
      instruments_.Declare(Family::kCollectorErrorsTotal, {account, ToWord(collector), ToWord(reason)});
    }
    // The codes that alerts look at; others appear when they occur.
    for (const char* code : {"200", "429", "none"})
      instruments_.Declare(Family::kApiRequestsTotal, {account, ToWord(collector), code});
  }
  for (const Family family : {Family::kApiThrottledSecondsTotal, Family::kHistoryGapsTotal, Family::kLostBuildsTotal,
                              Family::kLateBuildsTotal}) {
    instruments_.Declare(family, {account});
  }
  for (const Family family :
       {Family::kApiBudgetRequests, Family::kApiBudgetUsedRequests, Family::kSchedulerLagSeconds}) {
    instruments_.Declare(family, {account});
  }
  for (const Tier tier : kTiers) instruments_.Declare(Family::kSchedulerScripts, {account, ToWord(tier)});
  for (const char* kind : {"open", "recent"}) instruments_.Declare(Family::kBuildsTracked, {account, kind});
}

void SelfMetrics::ApiRequest(std::string_view account, Collector endpoint, int status, Seconds duration) {
  const std::string code = status == 0 ? "none" : std::to_string(status);
  instruments_.Add(Family::kApiRequestsTotal, {account, ToWord(endpoint), code});
  instruments_.Observe(Family::kApiRequestDurationSeconds, {ToWord(endpoint)}, duration.count());
}

void SelfMetrics::ApiRetry(Collector endpoint, ErrorReason reason) {
  instruments_.Add(Family::kApiRetriesTotal, {ToWord(endpoint), ToWord(reason)});
}

void SelfMetrics::CollectorFinished(std::string_view account, Collector collector, std::optional<ErrorReason> error,
                                    Seconds duration, Timestamp now) {
  if (error == ErrorReason::kCancelled) return;
  const std::string_view word = ToWord(collector);
  instruments_.Set(Family::kCollectorDurationSeconds, {account, word}, duration.count());
  if (!error) {
    instruments_.Set(Family::kCollectorUp, {account, word}, 1);
    instruments_.Set(Family::kCollectorLastSuccessTimestampSeconds, {account, word}, InSeconds(now));
    return;
  }
  if (error != ErrorReason::kNotFound) instruments_.Set(Family::kCollectorUp, {account, word}, 0);
  instruments_.Add(Family::kCollectorErrorsTotal, {account, word, workers_builds::ToWord(*error)});
}

void SelfMetrics::SetBudget(std::string_view account, double requests, double used) {
  instruments_.Set(Family::kApiBudgetRequests, {account}, requests);
  instruments_.Set(Family::kApiBudgetUsedRequests, {account}, used);
}

void SelfMetrics::Throttled(std::string_view account, Seconds duration) {
  instruments_.Add(Family::kApiThrottledSecondsTotal, {account}, duration.count());
}

void SelfMetrics::SetRateLimit(std::string_view account, std::string_view policy, std::optional<std::int64_t> remaining,
                               std::optional<std::int64_t> limit, std::optional<Timestamp> reset) {
  if (!AdmitsPolicy(account, policy)) return;
  const Instruments::Values labels = {account, policy};
  if (remaining) instruments_.Set(Family::kApiRatelimitRemaining, labels, ToDouble(*remaining));
  if (limit) instruments_.Set(Family::kApiRatelimitLimit, labels, ToDouble(*limit));
  if (reset) instruments_.Set(Family::kApiRatelimitResetTimestampSeconds, labels, InSeconds(*reset));
}

void SelfMetrics::SetSchedulerLag(std::string_view account, Seconds lag) {
  instruments_.Set(Family::kSchedulerLagSeconds, {account}, lag.count());
}

void SelfMetrics::SetTier(std::string_view account, Tier tier, std::int64_t scripts, Seconds interval) {
  instruments_.Set(Family::kSchedulerScripts, {account, ToWord(tier)}, ToDouble(scripts));
  instruments_.Set(Family::kPollIntervalSeconds, {account, ToWord(tier)}, interval.count());
}

void SelfMetrics::SetBuildsTracked(std::string_view account, std::int64_t open, std::int64_t recent) {
  instruments_.Set(Family::kBuildsTracked, {account, "open"}, ToDouble(open));
  instruments_.Set(Family::kBuildsTracked, {account, "recent"}, ToDouble(recent));
}

void SelfMetrics::HistoryGap(std::string_view account) {
  instruments_.Add(Family::kHistoryGapsTotal, {account});
}

void SelfMetrics::LostBuild(std::string_view account) {
  instruments_.Add(Family::kLostBuildsTotal, {account});
}

void SelfMetrics::LateBuilds(std::string_view account, std::int64_t count) {
  instruments_.Add(Family::kLateBuildsTotal, {account}, ToDouble(count));
}

void SelfMetrics::Anomalies(Anomaly anomaly, std::int64_t count) {
  instruments_.Add(Family::kAnomaliesTotal, {ToWord(anomaly)}, ToDouble(count));
}

void SelfMetrics::UnknownValue(std::string_view field) {
  instruments_.Add(Family::kUnknownValuesTotal, {field});
}

void SelfMetrics::StateCommitted(bool ok, Timestamp now) {
  if (!ok) {
    instruments_.Add(Family::kStateCommitErrorsTotal, {});
    return;
  }
  instruments_.Add(Family::kStateCommitsTotal, {});
  instruments_.Set(Family::kStateLastCommitTimestampSeconds, {}, InSeconds(now));
}

void SelfMetrics::StateRecovered() {
  instruments_.Add(Family::kStateRecoveriesTotal, {});
}

void SelfMetrics::SetStateSize(std::int64_t bytes) {
  instruments_.Set(Family::kStateSizeBytes, {}, ToDouble(bytes));
}

void SelfMetrics::SetSeries(Family family, std::int64_t count) {
  if (!shown_.Shows(family)) return;
  instruments_.Set(Family::kSeries, {Info(family).name}, ToDouble(count));
}

void SelfMetrics::SeriesDropped(DropReason reason, std::int64_t count) {
  instruments_.Add(Family::kSeriesDroppedTotal, {ToWord(reason)}, ToDouble(count));
}

void SelfMetrics::SetScriptsDropped(std::int64_t count) {
  instruments_.Set(Family::kScriptsDropped, {}, ToDouble(count));
}

void SelfMetrics::ExpositionRendered(Encoding encoding, std::int64_t bytes, Seconds duration) {
  instruments_.Set(Family::kExpositionBytes, {ToWord(encoding)}, ToDouble(bytes));
  instruments_.Add(Family::kExpositionRenderSecondsTotal, {ToWord(encoding)}, duration.count());
}

void SelfMetrics::HttpRequest(WebHandler handler, int status) {
  instruments_.Add(Family::kHttpRequestsTotal, {ToWord(handler), std::to_string(status)});
}

void SelfMetrics::ConfigLoaded(bool ok, Timestamp now) {
  instruments_.Set(Family::kConfigLastReloadSuccessful, {}, ok ? 1 : 0);
  if (ok) instruments_.Set(Family::kConfigLastReloadSuccessTimestampSeconds, {}, InSeconds(now));
}

std::string SelfMetrics::Render(exposition::Format format) const {
  std::string page;
  AppendProcessMetrics(page, format, shown_, ReadProcessUsage());
  instruments_.AppendTo(page, format);
  if (format == exposition::Format::kOpenMetrics) page += exposition::kOpenMetricsEnd;
  return page;
}

bool SelfMetrics::AdmitsPolicy(std::string_view account, std::string_view policy) {
  constexpr std::size_t kMaxPolicies = 8;
  const std::lock_guard lock(mutex_);
  auto& known = policies_[std::string(account)];
  if (known.size() < kMaxPolicies) known.emplace(policy);
  return known.contains(std::string(policy));
}

}  // namespace exporter::metrics
