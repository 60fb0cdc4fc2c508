#include "tests/simulator/truth_histogram.h"

#include <algorithm>

namespace simulator {

void TruthHistogram::Observe(std::chrono::milliseconds value) {
  const auto bound =
      std::find_if(bounds_.begin(), bounds_.end(), [&](int seconds) { return value <= std::chrono::seconds(seconds); });
  ++counts_[static_cast<std::size_t>(bound - bounds_.begin())];
  sum_ += value;
}

void TruthHistogram::AppendTo(std::vector<Series>& series, const std::string& name, const Labels& labels) const {
  std::uint64_t cumulative = 0;
  Labels with_le = labels;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    cumulative += counts_[i];
    with_le["le"] = i < bounds_.size() ? std::to_string(bounds_[i]) + ".0" : "+Inf";
    series.push_back({name + "_bucket", with_le, static_cast<double>(cumulative)});
  }
  series.push_back({name + "_sum", labels, static_cast<double>(sum_.count()) / 1000.0});
  series.push_back({name + "_count", labels, static_cast<double>(cumulative)});
}

}  // namespace simulator
