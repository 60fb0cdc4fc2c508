#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulator/truth.h"

namespace simulator {

/// Buckets of one histogram series.
class TruthHistogram {
 public:
  /// `bounds` in whole seconds, ascending.
  explicit TruthHistogram(std::vector<int> bounds) : bounds_(std::move(bounds)), counts_(bounds_.size() + 1) {}

  void Observe(std::chrono::milliseconds value);
  void AppendTo(std::vector<Series>& series, const std::string& name, const Labels& labels) const;

 private:
  std::vector<int> bounds_;
  std::vector<std::uint64_t> counts_;
  std::chrono::milliseconds sum_{0};
};

}  // namespace simulator
