#include "exporter/metrics/instruments.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <map>
#include <mutex>
#include <vector>

#include "exporter/exposition/text_format.h"

namespace exporter::metrics {
namespace {

using Values = Instruments::Values;

std::string LabelText(const FamilyInfo& info, Values values) {
  assert(values.size() == info.labels.size());
  std::vector<exposition::Label> labels;
  for (const std::string_view value : values) labels.push_back({info.labels[labels.size()], value});
  std::string text;
  exposition::AppendLabels(text, labels);
  return text;
}

/// Label values in the order of the catalogue; also compared with those of a call, which are not copied for it.
struct ByValues {
  using is_transparent = void;
  template <typename Left, typename Right>
  bool operator()(const Left& left, const Right& right) const {
    return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end(), std::less<>());
  }
};

/// One of the three is set, by the family's type.
struct Metric {
  Metric(const FamilyInfo& info, Values values) : labels(LabelText(info, values)) {
    switch (info.type) {
      case MetricType::kCounter:
        counter = std::make_unique<prometheus::Counter>();
        break;
      case MetricType::kGauge:
        gauge = std::make_unique<prometheus::Gauge>();
        break;
      case MetricType::kHistogram: {
        const auto bounds = DefaultBuckets(info.family);
        histogram = std::make_unique<prometheus::Histogram>(
            prometheus::Histogram::BucketBoundaries(bounds.begin(), bounds.end()));
        break;
      }
    }
  }

  /// As they are written.
  std::string labels;
  std::unique_ptr<prometheus::Counter> counter;
  std::unique_ptr<prometheus::Gauge> gauge;
  std::unique_ptr<prometheus::Histogram> histogram;
};

using Metrics = std::map<std::vector<std::string>, Metric, ByValues>;

void AppendHistogram(std::string& out, std::string_view name, const std::string& labels,
                     const prometheus::ClientMetric::Histogram& histogram) {
  const std::string bucket = std::string(name) + "_bucket";
  for (const auto& step : histogram.bucket) {
    std::string bound;
    exposition::AppendBound(bound, step.upper_bound);
    const exposition::Label le{"le", bound};
    std::string with_bound = labels;
    exposition::AppendLabels(with_bound, {&le, 1});
    exposition::AppendSample(out, bucket, with_bound, step.cumulative_count);
  }
  exposition::AppendSample(out, std::string(name) + "_sum", labels, histogram.sample_sum);
  exposition::AppendSample(out, std::string(name) + "_count", labels, histogram.sample_count);
}

void AppendFamily(std::string& out, exposition::Format format, const FamilyInfo& info, const Metrics& metrics) {
  if (metrics.empty()) return;
  AppendHeader(out, format, {.name = info.name, .type = ToWord(info.type), .unit = info.unit, .help = info.help});
  for (const auto& [values, metric] : metrics) {
    if (metric.counter) exposition::AppendSample(out, info.name, metric.labels, metric.counter->Value());
    if (metric.gauge) exposition::AppendSample(out, info.name, metric.labels, metric.gauge->Value());
    if (metric.histogram) AppendHistogram(out, info.name, metric.labels, metric.histogram->Collect().histogram);
  }
}

}  // namespace

/// prometheus-cpp's instruments without its registry: that one copies every metric for each scrape.
struct Instruments::Registered {
  explicit Registered(const FamilySelection& selection) {
    for (const FamilyInfo& info : Catalogue()) {
      if (info.group == Group::kExporter && selection.Shows(info.family)) shown.push_back(&info);
    }
    std::ranges::sort(shown, {}, &FamilyInfo::name);
  }

  /// Null when the family is not shown. Metrics are never removed: one that was found stays good.
  Metric* Find(Family family, Values values) {
    const FamilyInfo& info = Info(family);
    if (!std::ranges::count(shown, &info)) return nullptr;
    const std::lock_guard lock(mutex);
    Metrics& metrics = families[static_cast<std::size_t>(family)];
    const auto known = metrics.find(values);
    if (known != metrics.end()) return &known->second;
    return &metrics.try_emplace({values.begin(), values.end()}, info, values).first->second;
  }

  /// By name.
  std::vector<const FamilyInfo*> shown;
  std::mutex mutex;
  std::array<Metrics, kFamilyCount> families;
};

Instruments::Instruments(const FamilySelection& shown) : registered_(std::make_unique<Registered>(shown)) {}

Instruments::~Instruments() = default;

void Instruments::Declare(Family family, Values values) {
  registered_->Find(family, values);
}

void Instruments::Add(Family family, Values values, double amount) {
  if (Metric* metric = registered_->Find(family, values)) metric->counter->Increment(amount);
}

void Instruments::Set(Family family, Values values, double value) {
  if (Metric* metric = registered_->Find(family, values)) metric->gauge->Set(value);
}

void Instruments::Observe(Family family, Values values, double value) {
  if (Metric* metric = registered_->Find(family, values)) metric->histogram->Observe(value);
}

void Instruments::AppendTo(std::string& page, exposition::Format format) const {
  const std::lock_guard lock(registered_->mutex);
  for (const FamilyInfo* info : registered_->shown) {
    AppendFamily(page, format, *info, registered_->families[static_cast<std::size_t>(info->family)]);
  }
}

}  // namespace exporter::metrics
