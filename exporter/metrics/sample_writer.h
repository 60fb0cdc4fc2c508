#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>

#include "exporter/exposition/page.h"
#include "exporter/exposition/text_format.h"
#include "exporter/ledger/counters.h"
#include "exporter/metrics/catalogue.h"
#include "exporter/metrics/family_selection.h"

namespace exporter::metrics {

/// The sample lines of each family, and what of them is written at all.
class FamilyTexts {
 public:
  explicit FamilyTexts(const config::Metrics& metrics = {})
      : shown_(metrics),
        created_timestamps_(metrics.created_timestamps),
        latest_build_labels_(metrics.latest_build_labels) {}

  bool Shows(Family family) const { return shown_.Shows(family); }
  bool created_timestamps() const { return created_timestamps_; }
  config::LatestBuildLabels latest_build_labels() const { return latest_build_labels_; }
  exposition::SampleLines& operator[](Family family) { return lines_[static_cast<std::size_t>(family)]; }
  const exposition::SampleLines& operator[](Family family) const { return lines_[static_cast<std::size_t>(family)]; }

 private:
  FamilySelection shown_;
  bool created_timestamps_;
  config::LatestBuildLabels latest_build_labels_;
  std::array<exposition::SampleLines, kFamilyCount> lines_;
};

/// Writes the samples of one thing (a script's branch class, a script, an account): its labels are written once and
/// stand first in every line. What is not shown is not written.
class SampleWriter {
 public:
  /// `texts` outlives the writer. Counters and histograms count from `baseline`.
  SampleWriter(FamilyTexts& texts, std::initializer_list<exposition::Label> labels,
               std::optional<workers_builds::Timestamp> baseline = std::nullopt);

  /// A counter or gauge with the common labels and `more`, in the order of the catalogue. `value`: an integer, a
  /// double, or milliseconds, which are written as seconds.
  template <typename Value>
  void Add(Family family, std::span<const exposition::Label> more, Value value) {
    if (!texts_.Shows(family)) return;
    SetLabels(more);
    std::string& text = texts_[family].text;
    const std::size_t begin = text.size();
    exposition::AppendSample(text, Info(family).name, labels_, value);
    if (Info(family).type == MetricType::kCounter) FinishCounter(family, begin);
  }
  template <typename Value>
  void Add(Family family, std::initializer_list<exposition::Label> more, Value value) {
    Add(family, std::span(more.begin(), more.size()), value);
  }
  template <typename Value>
  void Add(Family family, Value value) {
    Add(family, std::span<const exposition::Label>(), value);
  }

  /// `bounds` are those that the histogram was made for.
  void AddHistogram(Family family, std::initializer_list<exposition::Label> more, const ledger::Histogram& histogram,
                    std::span<const std::chrono::milliseconds> bounds);

  bool Shows(Family family) const { return texts_.Shows(family); }
  config::LatestBuildLabels latest_build_labels() const { return texts_.latest_build_labels(); }

 private:
  void SetLabels(std::span<const exposition::Label> more);
  void FinishCounter(Family family, std::size_t begin);
  void AppendCreated(Family family);

  FamilyTexts& texts_;
  std::optional<workers_builds::Timestamp> created_;
  std::string labels_;
  std::size_t common_ = 0;
};

}  // namespace exporter::metrics
