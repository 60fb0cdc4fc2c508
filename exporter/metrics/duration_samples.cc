#include "exporter/metrics/duration_samples.h"

#include <span>

namespace exporter::metrics {

void WriteDurations(const HistogramFamilies& families, const ledger::DurationHistograms& durations,
                    const ledger::BucketBounds& bounds, ledger::BranchClass branch_class, SampleWriter& out) {
  const auto write = [&](Family family, const ledger::DurationHistograms::Table& table,
                         std::span<const std::chrono::milliseconds> table_bounds) {
    for (const ledger::OutcomeGroup group : ledger::kOutcomeGroups) {
      out.AddHistogram(family, {{"branch_class", ToWord(branch_class)}, {"outcome_group", ToWord(group)}},
                       table[Index(branch_class)][Index(group)], table_bounds);
    }
  };
  write(families.queue, durations.queue, bounds.queue);
  write(families.init, durations.init, bounds.init);
  write(families.run, durations.run, bounds.run);
  write(families.elapsed, durations.elapsed, bounds.elapsed);
}

}  // namespace exporter::metrics
