#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/support/page_truth.h"

/// Pages as numbers, several of them together, and over time.
namespace exporter::testing {

/// By series, written as in support::PageSamples.
using Values = std::map<std::string, double>;

std::string NameOf(const std::string& series);

/// What the rules make of the pages of shards: series without the label `shard`, the sum, or the least where a sum
/// means nothing.
Values Together(const std::vector<support::PageSamples>& pages);

/// A line each; empty when they are the same but for what is lost when milliseconds are added.
std::vector<std::string> Differences(const Values& expected, const Values& actual);

/// What `increase()` sees of one target, over all its scrapes: the first value of a series is no increase, a lower one
/// than before is a new beginning.
class Increases {
 public:
  void Scrape(const support::PageSamples& page);
  /// Of the counters, without the label `shard`.
  const Values& sum() const { return sum_; }

 private:
  Values last_;
  Values sum_;
};

}  // namespace exporter::testing
