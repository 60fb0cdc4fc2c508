#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "client/error.h"
#include "client/timestamp.h"
#include "exporter/exposition/format.h"
#include "exporter/metrics/catalogue.h"
#include "exporter/metrics/family_selection.h"
#include "exporter/metrics/instruments.h"
#include "exporter/metrics/self_labels.h"

namespace exporter::metrics {

/// The labels of `build_info`.
struct BuildIdentity {
  std::string version;
  std::string revision;
  std::string compiler;
};

/// The exporter's own metrics (group kExporter of the catalogue). Every method may be called from any thread. `account`
/// is the account's name. What has a closed set of labels is on the page with 0 from the start, or from
/// DeclareAccount on; instants and durations of what has not happened yet are absent.
class SelfMetrics {
 public:
  using Seconds = std::chrono::duration<double>;
  using Timestamp = workers_builds::Timestamp;

  explicit SelfMetrics(const BuildIdentity& identity, FamilySelection shown = {});

  /// Which of how many exporters this is; alone unless it is said.
  void SetShard(int ordinal, int shards);
  void DeclareAccount(std::string_view account);

  /// One request, also a retry. `status` is the HTTP status, 0 without an answer.
  void ApiRequest(std::string_view account, Collector endpoint, int status, Seconds duration);
  /// A request is going to be repeated because of `reason`.
  void ApiRetry(Collector endpoint, workers_builds::ErrorReason reason);
  /// A call has ended, after its retries. Empty `error`: with a usable answer. A call that was cancelled says nothing
  /// about the API and changes nothing; nor is `up` changed by a 404, which is about one script.
  void CollectorFinished(std::string_view account, Collector collector,
                         std::optional<workers_builds::ErrorReason> error, Seconds duration, Timestamp now);

  /// The account's part of its token's budget; both per 5 minutes.
  void SetBudget(std::string_view account, double requests, double used);
  /// Due work could not be sent for this long, because of the budget or a rate limit.
  void Throttled(std::string_view account, Seconds duration);
  /// What the answer's headers say; empty: not said, the last value stays. Policies are named by the server: those
  /// after the first 8 of an account are left out.
  void SetRateLimit(std::string_view account, std::string_view policy, std::optional<std::int64_t> remaining,
                    std::optional<std::int64_t> limit, std::optional<Timestamp> reset);
  /// How late the most overdue work is; 0 when nothing is.
  void SetSchedulerLag(std::string_view account, Seconds lag);
  void SetTier(std::string_view account, Tier tier, std::int64_t scripts, Seconds interval);

  void SetBuildsTracked(std::string_view account, std::int64_t open, std::int64_t recent);
  void HistoryGap(std::string_view account);
  void LostBuild(std::string_view account);
  void LateBuilds(std::string_view account, std::int64_t count);
  void Anomalies(Anomaly anomaly, std::int64_t count);
  /// `field` is a name that the client's decoders know, as `build_outcome`.
  void UnknownValue(std::string_view field);

  /// A transaction has ended; `ok` says whether it is in the state.
  void StateCommitted(bool ok, Timestamp now);
  /// A damaged state was set aside and begun anew.
  void StateRecovered();
  void SetStateSize(std::int64_t bytes);

  /// Nothing is said of families that are not shown.
  void SetSeries(Family family, std::int64_t count);
  void SeriesDropped(DropReason reason, std::int64_t count);
  void SetScriptsDropped(std::int64_t count);
  /// A scrape was answered with `bytes`, which took `duration` to prepare.
  void ExpositionRendered(Encoding encoding, std::int64_t bytes, Seconds duration);
  void HttpRequest(WebHandler handler, int status);
  /// The configuration was read; `ok` says whether it is in force.
  void ConfigLoaded(bool ok, Timestamp now);

  /// These metrics and the `process_*` set, sorted by family and label values, and what ends a page of that format.
  std::string Render(exposition::Format format) const;

 private:
  /// Whether a policy is among the first of its account.
  bool AdmitsPolicy(std::string_view account, std::string_view policy);

  FamilySelection shown_;
  Instruments instruments_;
  std::mutex mutex_;
  std::map<std::string, std::set<std::string>> policies_;
};

}  // namespace exporter::metrics
