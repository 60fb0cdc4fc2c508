#include "exporter/ledger_settings.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <memory>

#include "exporter/metrics/duration_samples.h"
#include "exporter/patterns.h"

namespace exporter {

namespace {

ledger::BucketBounds BoundsOf(const metrics::HistogramFamilies& families, const config::Metrics& metrics) {
  const metrics::FamilySelection shown(metrics);
  ledger::BucketBounds bounds = ledger::DefaultBucketBounds();
  const auto take = [&](std::vector<ledger::milliseconds>& into, const std::vector<double>& seconds,
                        metrics::Family family) {
    if (!seconds.empty() || !shown.Shows(family)) into.clear();
    if (!shown.Shows(family)) return;
    for (const double bound : seconds) into.push_back(ledger::milliseconds(std::llround(bound * 1000)));
  };
  take(bounds.queue, metrics.buckets.queue, families.queue);
  take(bounds.init, metrics.buckets.init, families.init);
  take(bounds.run, metrics.buckets.run, families.run);
  take(bounds.elapsed, metrics.buckets.elapsed, families.elapsed);
  take(bounds.episode, {}, families.episode);
  return bounds;
}

}  // namespace

ledger::BucketBounds BoundsOf(const config::Metrics& metrics) {
  return BoundsOf(metrics::kAccountHistograms, metrics);
}

ledger::KeptDetails DetailsOf(const config::Metrics& metrics) {
  const metrics::FamilySelection shown(metrics);
  const auto shows_any = [&](std::initializer_list<metrics::Family> families) {
    return std::ranges::any_of(families, [&](metrics::Family family) { return shown.Shows(family); });
  };
  const metrics::HistogramFamilies& histograms = metrics::kScriptHistograms;
  ledger::KeptDetails details;
  if (!metrics.script_histograms.empty() &&
      shows_any({histograms.queue, histograms.init, histograms.run, histograms.elapsed, histograms.episode})) {
    details.histograms = [listed = std::make_shared<Patterns>(metrics.script_histograms)](const std::string& name) {
      return listed->AnyMatches(name);
    };
    details.histogram_bounds = BoundsOf(histograms, metrics);
  }
  details.revisions = (metrics.latest_build_labels.branch || metrics.latest_build_labels.commit_hash) &&
                      shows_any({metrics::Family::kLatestBuildInfo, metrics::Family::kLastFailedBuildInfo});
  return details;
}

}  // namespace exporter
