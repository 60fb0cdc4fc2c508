#include "config/metrics_section.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <optional>

#include "config/pattern_list.h"
#include "config/section.h"

namespace config {
namespace {

std::optional<double> ReadBound(const Value& item) {
  const std::optional<std::string> text = item.Text();
  if (!text) return std::nullopt;
  double bound = 0;
  const char* const end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, bound);
  // Durations are whole milliseconds: bounds between them would be the same one twice.
  constexpr double kYear = 365.0 * 86'400;
  const bool whole = std::fabs(bound * 1000 - std::round(bound * 1000)) < 1e-6;
  if (stopped == end && error == std::errc{} && bound >= 0.001 && bound <= kYear && whole) return bound;
  item.Refuse(item.Quoted() + " is not an upper bound in seconds: expected 0.001 to 31536000, three decimals at most");
  return std::nullopt;
}

template <std::vector<double> Buckets::*buckets>
void ReadBounds(const Value& value, Buckets& out) {
  constexpr std::size_t kMostBounds = 50;
  const std::vector<Value> items = value.Items();
  if (items.size() > kMostBounds) {
    return value.Refuse("more than " + std::to_string(kMostBounds) + " bounds: each is a series a label set");
  }
  std::vector<double>& bounds = out.*buckets;
  for (const Value& item : items) {
    const std::optional<double> bound = ReadBound(item);
    if (!bound) continue;
    if (!bounds.empty() && *bound <= bounds.back()) {
      item.Refuse(item.Quoted() + " is not above the bound before it: list them from small to large, each once");
    } else {
      bounds.push_back(*bound);
    }
  }
}

constexpr Key<Buckets> kBucketKeys[] = {
    {"queue", ReadBounds<&Buckets::queue>},
    {"init", ReadBounds<&Buckets::init>},
    {"run", ReadBounds<&Buckets::run>},
    {"elapsed", ReadBounds<&Buckets::elapsed>},
};

void ReadProfile(const Value& value, Metrics& out) {
  static constexpr std::pair<std::string_view, MetricsProfile> kProfiles[] = {
      {"minimal", MetricsProfile::kMinimal}, {"standard", MetricsProfile::kStandard}, {"full", MetricsProfile::kFull}};
  value.ReadWord<MetricsProfile>(kProfiles, out.profile);
}

void ReadLatestBuildLabels(const Value& value, Metrics& out) {
  static constexpr std::pair<std::string_view, bool LatestBuildLabels::*> kLabels[] = {
      {"branch", &LatestBuildLabels::branch}, {"commit_hash", &LatestBuildLabels::commit_hash}};
  for (const Value& item : value.Items()) {
    bool LatestBuildLabels::*label = nullptr;
    item.ReadWord<bool LatestBuildLabels::*>(kLabels, label);
    if (label != nullptr) out.latest_build_labels.*label = true;
  }
}

constexpr Key<Metrics> kMetricsKeys[] = {
    {"profile", ReadProfile},
    {"allow", [](const Value& value, Metrics& out) { ReadPatterns(value, out.allow); }},
    {"deny", [](const Value& value, Metrics& out) { ReadPatterns(value, out.deny); }},
    {"script_histograms", [](const Value& value, Metrics& out) { ReadPatterns(value, out.script_histograms); }},
    {"latest_build_labels", ReadLatestBuildLabels},
    {"created_timestamps", [](const Value& value, Metrics& out) { value.ReadBool(out.created_timestamps); }},
    {"max_scripts", [](const Value& value, Metrics& out) { value.ReadInteger(1, 1'000'000, out.max_scripts); }},
    {"max_series", [](const Value& value, Metrics& out) { value.ReadInteger(1, 100'000'000, out.max_series); }},
    {"buckets", [](const Value& value, Metrics& out) { ReadSection<Buckets>(value, kBucketKeys, out.buckets); }},
};

}  // namespace

void ReadMetrics(const Value& section, Metrics& out) {
  ReadSection<Metrics>(section, kMetricsKeys, out);
}

std::vector<std::string> MetricsKeyNames() {
  std::vector<std::string> names = KeyNames<Metrics>("metrics", kMetricsKeys);
  std::ranges::move(KeyNames<Buckets>("metrics.buckets", kBucketKeys), std::back_inserter(names));
  return names;
}

}  // namespace config
