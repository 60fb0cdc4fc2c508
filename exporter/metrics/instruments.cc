#include "exporter/metrics/instruments.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <map>
#include <vector>

#include "exporter/exposition/text_format.h"

namespace exporter::metrics {
namespace {

using prometheus::ClientMetric;

prometheus::Labels ToLabels(const FamilyInfo& info, Instruments::Values values) {
  assert(values.size() == info.labels.size());
  prometheus::Labels labels;
  auto value = values.begin();
  for (const std::string_view name : info.labels) labels.emplace(name, *value++);
  return labels;
}

/// The values of a metric in the order of the catalogue (prometheus-cpp sorts them by name).
std::vector<std::string_view> ValuesOf(const FamilyInfo& info, const ClientMetric& metric) {
  std::vector<std::string_view> values;
  for (const std::string_view name : info.labels) {
    const auto label = std::find_if(metric.label.begin(), metric.label.end(),
                                    [&](const ClientMetric::Label& candidate) { return candidate.name == name; });
    values.push_back(label == metric.label.end() ? std::string_view() : std::string_view(label->value));
  }
  return values;
}

std::string LabelText(const FamilyInfo& info, const std::vector<std::string_view>& values) {
  std::vector<exposition::Label> labels;
  for (std::size_t at = 0; at < values.size(); ++at) labels.push_back({info.labels[at], values[at]});
  std::string text;
  exposition::AppendLabels(text, labels);
  return text;
}

void AppendHistogram(std::string& out, std::string_view name, const std::string& labels,
                     const ClientMetric::Histogram& histogram) {
  const std::string bucket = std::string(name) + "_bucket";
  for (const ClientMetric::Bucket& step : histogram.bucket) {
    std::string bound;
    exposition::AppendBound(bound, step.upper_bound);
    std::string with_bound = labels;
    exposition::AppendLabels(with_bound, std::array{exposition::Label{"le", bound}});
    exposition::AppendSample(out, bucket, with_bound, step.cumulative_count);
  }
  exposition::AppendSample(out, std::string(name) + "_sum", labels, histogram.sample_sum);
  exposition::AppendSample(out, std::string(name) + "_count", labels, histogram.sample_count);
}

void AppendFamily(std::string& out, exposition::Format format, const FamilyInfo& info,
                  const prometheus::MetricFamily& family) {
  std::map<std::vector<std::string_view>, const ClientMetric*> sorted;
  for (const ClientMetric& metric : family.metric) sorted.emplace(ValuesOf(info, metric), &metric);
  AppendHeader(out, format, {.name = info.name, .type = ToWord(info.type), .unit = info.unit, .help = info.help});
  for (const auto& [values, metric] : sorted) {
    const std::string labels = LabelText(info, values);
    switch (info.type) {
      case MetricType::kCounter:
        exposition::AppendSample(out, info.name, labels, metric->counter.value);
        break;
      case MetricType::kGauge:
        exposition::AppendSample(out, info.name, labels, metric->gauge.value);
        break;
      case MetricType::kHistogram:
        AppendHistogram(out, info.name, labels, metric->histogram);
        break;
    }
  }
}

}  // namespace

/// Metrics are never removed, so that a reference to one stays good.
struct Instruments::Registered {
  /// One of them is set, by the family's type; none when it is not shown.
  struct Entry {
    prometheus::Family<prometheus::Counter>* counters = nullptr;
    prometheus::Family<prometheus::Gauge>* gauges = nullptr;
    prometheus::Family<prometheus::Histogram>* histograms = nullptr;
  };

  prometheus::Counter* Counter(Family family, Values values) {
    auto* counters = At(family).counters;
    return counters == nullptr ? nullptr : &counters->Add(ToLabels(Info(family), values));
  }
  prometheus::Gauge* Gauge(Family family, Values values) {
    auto* gauges = At(family).gauges;
    return gauges == nullptr ? nullptr : &gauges->Add(ToLabels(Info(family), values));
  }
  prometheus::Histogram* Histogram(Family family, Values values) {
    auto* histograms = At(family).histograms;
    if (histograms == nullptr) return nullptr;
    const auto bounds = DefaultBuckets(family);
    return &histograms->Add(ToLabels(Info(family), values),
                            prometheus::Histogram::BucketBoundaries(bounds.begin(), bounds.end()));
  }
  Entry& At(Family family) { return entries[static_cast<std::size_t>(family)]; }

  prometheus::Registry registry;
  std::array<Entry, kFamilyCount> entries;
};

Instruments::Instruments(const FamilySelection& shown) : registered_(std::make_unique<Registered>()) {
  for (const FamilyInfo& info : Catalogue()) {
    if (info.group != Group::kExporter || !shown.Shows(info.family)) continue;
    const std::string name(info.name);
    const std::string help(info.help);
    Registered::Entry& entry = registered_->At(info.family);
    switch (info.type) {
      case MetricType::kCounter:
        entry.counters = &prometheus::BuildCounter().Name(name).Help(help).Register(registered_->registry);
        break;
      case MetricType::kGauge:
        entry.gauges = &prometheus::BuildGauge().Name(name).Help(help).Register(registered_->registry);
        break;
      case MetricType::kHistogram:
        entry.histograms = &prometheus::BuildHistogram().Name(name).Help(help).Register(registered_->registry);
        break;
    }
  }
}

Instruments::~Instruments() = default;

void Instruments::Declare(Family family, Values values) {
  switch (Info(family).type) {
    case MetricType::kCounter:
      registered_->Counter(family, values);
      break;
    case MetricType::kGauge:
      registered_->Gauge(family, values);
      break;
    case MetricType::kHistogram:
      registered_->Histogram(family, values);
      break;
  }
}

void Instruments::Add(Family family, Values values, double amount) {
  if (auto* counter = registered_->Counter(family, values)) counter->Increment(amount);
}

void Instruments::Set(Family family, Values values, double value) {
  if (auto* gauge = registered_->Gauge(family, values)) gauge->Set(value);
}

void Instruments::Observe(Family family, Values values, double value) {
  if (auto* histogram = registered_->Histogram(family, values)) histogram->Observe(value);
}

void Instruments::AppendTo(std::string& page, exposition::Format format) const {
  const std::vector<prometheus::MetricFamily> families = registered_->registry.Collect();
  std::map<std::string_view, const prometheus::MetricFamily*> by_name;
  for (const prometheus::MetricFamily& family : families) by_name.emplace(family.name, &family);
  std::map<std::string_view, const FamilyInfo*> sorted;
  for (const FamilyInfo& info : Catalogue()) sorted.emplace(info.name, &info);
  for (const auto& [name, info] : sorted) {
    const auto family = by_name.find(name);
    if (family != by_name.end() && !family->second->metric.empty()) AppendFamily(page, format, *info, *family->second);
  }
}

}  // namespace exporter::metrics
