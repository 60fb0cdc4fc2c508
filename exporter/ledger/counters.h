#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "exporter/ledger/build_row.h"

/// Sums over rows. All of them only grow: a row adds to them when it is made and when it becomes final, each once.
namespace exporter::ledger {

/// Per script and branch class, over the rows since the baseline.
struct ClassCounters {
  std::array<std::int64_t, kOutcomes.size()> completed{};  // by Index(BuildOutcome)
  std::int64_t submitted = 0;
  std::array<milliseconds, kPhases.size()> phase_time{};
  std::array<std::int64_t, kPhases.size()> phase_builds{};

  void AddSubmitted() { ++submitted; }
  void AddCompleted(const BuildRow& row, const Durations& durations);

  bool operator==(const ClassCounters&) const = default;
};

/// Observations by upper bound, not cumulated; the last bucket is the one above all bounds.
class Histogram {
 public:
  explicit Histogram(std::size_t bounds) : counts_(bounds + 1) {}

  /// `bounds` are the ascending upper bounds that the histogram was made for.
  void Observe(milliseconds value, std::span<const milliseconds> bounds);

  std::span<const std::int64_t> counts() const { return counts_; }
  milliseconds sum() const { return sum_; }

  bool operator==(const Histogram&) const = default;

 private:
  std::vector<std::int64_t> counts_;
  milliseconds sum_{0};
};

/// Upper bounds of the account's histograms, ascending.
struct BucketBounds {
  std::vector<milliseconds> queue;
  std::vector<milliseconds> init;
  std::vector<milliseconds> run;
  std::vector<milliseconds> elapsed;
  std::vector<milliseconds> episode;
};

/// What the histograms have unless the configuration says otherwise.
const BucketBounds& DefaultBucketBounds();

/// Per account, over all its rows since the baseline, also those of scripts that are gone.
struct AccountCounters {
  explicit AccountCounters(const BucketBounds& bounds);

  /// By Index(BranchClass), then Index(OutcomeGroup).
  using HistogramTable = std::array<std::array<Histogram, kOutcomeGroups.size()>, kBranchClasses.size()>;

  /// By Index(BranchClass), then Index(TriggerSource).
  std::array<std::array<std::int64_t, kTriggerSources.size()>, kBranchClasses.size()> triggered{};
  HistogramTable queue;
  HistogramTable init;
  HistogramTable run;
  HistogramTable elapsed;
  Histogram failure_episode;

  void AddSubmitted(const BuildRow& row);
  void AddCompleted(const BuildRow& row, const Durations& durations, const BucketBounds& bounds);
  void AddEpisode(milliseconds length, const BucketBounds& bounds);

  bool operator==(const AccountCounters&) const = default;
};

}  // namespace exporter::ledger
