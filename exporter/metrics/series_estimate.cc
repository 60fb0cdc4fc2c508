#include "exporter/metrics/series_estimate.h"

#include "exporter/ledger/counters.h"

namespace exporter::metrics {
namespace {

/// `+Inf`, _sum, _count.
constexpr std::int64_t kSeriesBesidesBounds = 3;
constexpr std::int64_t kOutcomeGroups = 3;
/// Collectors, requests, retries, tiers.
constexpr std::int64_t kOwnSeriesPerAccount = 100;
/// Request durations by endpoint, HTTP answers, state, process_*.
constexpr std::int64_t kOwnSeries = 200;

/// Of one branch class of a script.
std::int64_t SeriesPerClass(Family family) {
  switch (family) {
    case Family::kCompletedTotal:
    case Family::kLatestStatus:
      return 5;
    case Family::kLastCompletedOutcome:
      return 4;
    case Family::kPhaseSecondsTotal:
    case Family::kPhaseBuildsTotal:
    case Family::kLastPhaseSeconds:
      return 3;
    case Family::kScriptOldestActiveTimestampSeconds:
    case Family::kLastFailedBuildInfo:
      return 0;  // while there is something to say
    default:
      return 1;
  }
}

/// Of an account, histograms apart.
std::int64_t SeriesPerAccount(Family family) {
  switch (family) {
    case Family::kTriggeredTotal:
      return 18;
    case Family::kActive:
    case Family::kOldestActiveTimestampSeconds:
      return 3;
    case Family::kScripts:
      return 2;
    default:
      return 1;
  }
}

std::int64_t BoundsOf(Family family, const config::Buckets& buckets) {
  const ledger::BucketBounds& defaults = ledger::DefaultBucketBounds();
  const auto count = [](const std::vector<double>& configured,
                        const std::vector<std::chrono::milliseconds>& by_default) {
    return static_cast<std::int64_t>(configured.empty() ? by_default.size() : configured.size());
  };
  switch (family) {
    case Family::kQueueDurationSeconds:
    case Family::kScriptQueueDurationSeconds:
      return count(buckets.queue, defaults.queue);
    case Family::kInitDurationSeconds:
    case Family::kScriptInitDurationSeconds:
      return count(buckets.init, defaults.init);
    case Family::kRunDurationSeconds:
    case Family::kScriptRunDurationSeconds:
      return count(buckets.run, defaults.run);
    case Family::kElapsedDurationSeconds:
    case Family::kScriptElapsedDurationSeconds:
      return count(buckets.elapsed, defaults.elapsed);
    default:
      return count({}, defaults.episode);
  }
}

/// `classes`: branch classes that have a histogram each, in the families that tell them apart.
std::int64_t HistogramSeries(const FamilyInfo& info, std::int64_t classes, const config::Buckets& buckets) {
  const bool by_class =
      info.family != Family::kFailureEpisodeSeconds && info.family != Family::kScriptFailureEpisodeSeconds;
  return (by_class ? classes * kOutcomeGroups : 1) * (BoundsOf(info.family, buckets) + kSeriesBesidesBounds);
}

}  // namespace

SeriesEstimate::SeriesEstimate(const config::Metrics& metrics)
    : listed_(metrics.script_histograms), of_exporter_(kOwnSeries) {
  const FamilySelection shown(metrics);
  for (const FamilyInfo& info : Catalogue()) {
    if (!shown.Shows(info.family)) continue;
    const bool histogram = info.type == MetricType::kHistogram;
    switch (info.group) {
      case Group::kScriptClass:
        of_script_ += 2 * SeriesPerClass(info.family);  // production and preview
        break;
      case Group::kScript:
        (histogram ? of_histograms_ : of_script_) += histogram ? HistogramSeries(info, 2, metrics.buckets) : 1;
        break;
      case Group::kAccount:
        of_account_ += histogram ? HistogramSeries(info, 3, metrics.buckets) : SeriesPerAccount(info.family);
        break;
      case Group::kExporter:
        break;
    }
  }
  of_account_ += kOwnSeriesPerAccount;
}

std::int64_t SeriesEstimate::of_script(const std::string& name) const {
  return of_script_ + (listed_.AnyMatches(name) ? of_histograms_ : 0);
}

}  // namespace exporter::metrics
