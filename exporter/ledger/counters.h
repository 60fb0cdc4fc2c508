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

/// An observation that stands for its bucket.
struct Exemplar {
  Timestamp stopped;
  Uuid build;
  milliseconds value{0};

  /// By when the build stopped, then by UUID.
  auto operator<=>(const Exemplar&) const = default;
};

/// Observations by upper bound, not cumulated; the last bucket is the one above all bounds.
class Histogram {
 public:
  explicit Histogram(std::size_t bounds) : counts_(bounds + 1) {}

  /// `bounds` are the ascending upper bounds that the histogram was made for; `row` is final.
  void Observe(milliseconds value, const BuildRow& row, std::span<const milliseconds> bounds);

  std::span<const std::int64_t> counts() const { return counts_; }
  milliseconds sum() const { return sum_; }
  /// The newest observation in a bucket, if there is one.
  const Exemplar* exemplar(std::size_t bucket) const { return counts_[bucket] == 0 ? nullptr : &exemplars_[bucket]; }

  bool operator==(const Histogram&) const = default;

 private:
  std::vector<std::int64_t> counts_;
  /// As many as counts, or none as long as nothing was observed: most histograms stay empty.
  std::vector<Exemplar> exemplars_;
  milliseconds sum_{0};
};

/// Upper bounds of the histograms, ascending.
struct BucketBounds {
  std::vector<milliseconds> queue;
  std::vector<milliseconds> init;
  std::vector<milliseconds> run;
  std::vector<milliseconds> elapsed;
  std::vector<milliseconds> episode;
};

/// What the histograms have unless the configuration says otherwise.
const BucketBounds& DefaultBucketBounds();

/// How long builds took, and how long production was failing, over the rows since the baseline.
struct DurationHistograms {
  explicit DurationHistograms(const BucketBounds& bounds);

  /// By Index(BranchClass), then Index(OutcomeGroup).
  using Table = std::array<std::array<Histogram, kOutcomeGroups.size()>, kBranchClasses.size()>;

  Table queue;
  Table init;
  Table run;
  Table elapsed;
  Histogram failure_episode;

  void AddCompleted(const BuildRow& row, const Durations& durations, const BucketBounds& bounds);
  /// `success` has a failure episode.
  void AddEpisode(const BuildRow& success, const BucketBounds& bounds);

  bool operator==(const DurationHistograms&) const = default;
};

/// Per account, over all its rows since the baseline, also those of scripts that are gone.
struct AccountCounters {
  explicit AccountCounters(const BucketBounds& bounds) : durations(bounds) {}

  /// By Index(BranchClass), then Index(TriggerSource).
  std::array<std::array<std::int64_t, kTriggerSources.size()>, kBranchClasses.size()> triggered{};
  DurationHistograms durations;

  void AddSubmitted(const BuildRow& row);

  bool operator==(const AccountCounters&) const = default;
};

}  // namespace exporter::ledger
