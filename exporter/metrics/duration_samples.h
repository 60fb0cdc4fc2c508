#pragma once

#include "exporter/ledger/counters.h"
#include "exporter/metrics/catalogue.h"
#include "exporter/metrics/sample_writer.h"

namespace exporter::metrics {

/// The families that show ledger::DurationHistograms.
struct HistogramFamilies {
  Family queue;
  Family init;
  Family run;
  Family elapsed;
  Family episode;
};

inline constexpr HistogramFamilies kAccountHistograms{
    .queue = Family::kQueueDurationSeconds,
    .init = Family::kInitDurationSeconds,
    .run = Family::kRunDurationSeconds,
    .elapsed = Family::kElapsedDurationSeconds,
    .episode = Family::kFailureEpisodeSeconds,
};

inline constexpr HistogramFamilies kScriptHistograms{
    .queue = Family::kScriptQueueDurationSeconds,
    .init = Family::kScriptInitDurationSeconds,
    .run = Family::kScriptRunDurationSeconds,
    .elapsed = Family::kScriptElapsedDurationSeconds,
    .episode = Family::kScriptFailureEpisodeSeconds,
};

/// Writes the histograms of one branch class.
void WriteDurations(const HistogramFamilies& families, const ledger::DurationHistograms& durations,
                    const ledger::BucketBounds& bounds, ledger::BranchClass branch_class, SampleWriter& out);

}  // namespace exporter::metrics
