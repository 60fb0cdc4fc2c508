#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "exporter/exposition/text_format.h"
#include "exporter/metrics/catalogue.h"

namespace exporter::metrics {

/// The sample lines of each family, by Family.
using FamilyTexts = std::array<std::string, kFamilyCount>;

/// Writes the samples of one thing (a script's branch class, a script, an account): its labels are written once and
/// stand first in every line.
class SampleWriter {
 public:
  /// `texts` outlives the writer.
  SampleWriter(FamilyTexts& texts, std::initializer_list<exposition::Label> labels) : texts_(texts) {
    exposition::AppendLabels(labels_, labels);
    common_ = labels_.size();
  }

  /// A sample with the common labels and `more`, in the order of the catalogue. `value`: an integer, a double, or
  /// milliseconds, which are written as seconds.
  template <typename Value>
  void Add(Family family, std::initializer_list<exposition::Label> more, Value value) {
    AddNamed(family, Info(family).name, more, value);
  }
  template <typename Value>
  void Add(Family family, Value value) {
    Add(family, {}, value);
  }

  /// The same under another name: `_bucket`, `_sum` and `_count` of a histogram.
  template <typename Value>
  void AddNamed(Family family, std::string_view name, std::initializer_list<exposition::Label> more, Value value) {
    labels_.resize(common_);
    if (more.size() > 0) exposition::AppendLabels(labels_, more);
    exposition::AppendSample(texts_[static_cast<std::size_t>(family)], name, labels_, value);
  }

 private:
  FamilyTexts& texts_;
  std::string labels_;
  std::size_t common_ = 0;
};

}  // namespace exporter::metrics
