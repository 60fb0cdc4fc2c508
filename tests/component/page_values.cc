#include "tests/component/page_values.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace exporter::testing {

using support::PageSamples;

namespace {

/// The series without its label `shard`.
std::string WithoutShard(std::string series) {
  const auto begin = series.find("shard=\"");
  if (begin == std::string::npos) return series;
  auto end = series.find('"', begin + std::string("shard=\"").size()) + 1;
  const bool is_last = series[end] == '}';
  return series.erase(is_last ? begin - 1 : begin, is_last ? end - begin + 1 : end - begin + 1);
}

bool IsCounter(const std::string& series) {
  const std::string name = NameOf(series);
  return name.ends_with("_total") || name.ends_with("_bucket") || name.ends_with("_count") || name.ends_with("_sum");
}

}  // namespace

std::string NameOf(const std::string& series) {
  return series.substr(0, series.find('{'));
}

Values Together(const std::vector<PageSamples>& pages) {
  Values together;
  for (const PageSamples& page : pages) {
    for (const auto& [series, text] : page) {
      const double value = std::strtod(text.c_str(), nullptr);
      const std::string whole = WithoutShard(series);
      const auto [known, fresh] = together.emplace(whole, value);
      if (fresh) continue;
      const std::string name = NameOf(series);
      const bool is_least = name.ends_with("_up") || name.ends_with("baseline_timestamp_seconds") ||
                            name.find("oldest_active") != std::string::npos;
      known->second = is_least ? std::min(known->second, value) : known->second + value;
    }
  }
  return together;
}

std::vector<std::string> Differences(const Values& expected, const Values& actual) {
  std::vector<std::string> differences;
  for (const auto& [series, value] : expected) {
    const auto found = actual.find(series);
    if (found == actual.end()) {
      differences.push_back(series + " is missing");
    } else if (std::abs(found->second - value) > 1e-6) {
      differences.push_back(series + " should be " + std::to_string(value) + " and is " +
                            std::to_string(found->second));
    }
  }
  for (const auto& [series, value] : actual) {
    if (!expected.contains(series)) differences.push_back(series + " should not be there");
  }
  return differences;
}

void Increases::Scrape(const PageSamples& page) {
  for (const auto& [series, text] : page) {
    if (!IsCounter(series)) continue;
    const double value = std::strtod(text.c_str(), nullptr);
    const auto [last, fresh] = last_.emplace(series, value);
    if (fresh) continue;
    sum_[WithoutShard(series)] += value < last->second ? value : value - last->second;
    last->second = value;
  }
}

}  // namespace exporter::testing
