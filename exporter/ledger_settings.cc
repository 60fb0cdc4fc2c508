#include "exporter/ledger_settings.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <memory>

#include "exporter/metrics/duration_samples.h"
#include "exporter/patterns.h"

namespace exporter {

ledger::BucketBounds BoundsOf(const config::Metrics& metrics) {
  using metrics::kAccountHistograms;
  using metrics::kScriptHistograms;
  const metrics::FamilySelection shown(metrics);
  ledger::BucketBounds bounds = ledger::DefaultBucketBounds();
  const auto take = [&](std::vector<ledger::milliseconds>& into, const std::vector<double>& seconds,
                        metrics::Family of_account, metrics::Family of_script) {
    const bool of_scripts = !metrics.script_histograms.empty() && shown.Shows(of_script);
    const bool asked_for = shown.Shows(of_account) || of_scripts;
    if (!seconds.empty() || !asked_for) into.clear();
    if (!asked_for) return;
    for (const double bound : seconds) into.push_back(ledger::milliseconds(std::llround(bound * 1000)));
  };
  const config::Buckets& buckets = metrics.buckets;
  take(bounds.queue, buckets.queue, kAccountHistograms.queue, kScriptHistograms.queue);
  take(bounds.init, buckets.init, kAccountHistograms.init, kScriptHistograms.init);
  take(bounds.run, buckets.run, kAccountHistograms.run, kScriptHistograms.run);
  take(bounds.elapsed, buckets.elapsed, kAccountHistograms.elapsed, kScriptHistograms.elapsed);
  take(bounds.episode, {}, kAccountHistograms.episode, kScriptHistograms.episode);
  return bounds;
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
  }
  details.revisions = (metrics.latest_build_labels.branch || metrics.latest_build_labels.commit_hash) &&
                      shows_any({metrics::Family::kLatestBuildInfo, metrics::Family::kLastFailedBuildInfo});
  return details;
}

}  // namespace exporter
