#include "exporter/metrics/sample_writer.h"

#include <limits>

#include "exporter/exposition/format.h"

namespace exporter::metrics {
namespace {

using exposition::Label;
using std::chrono::milliseconds;

void AppendLabel(std::string& labels, const Label& label) {
  exposition::AppendLabels(labels, {&label, 1});
}

}  // namespace

SampleWriter::SampleWriter(FamilyTexts& texts, std::initializer_list<Label> labels,
                           std::optional<workers_builds::Timestamp> baseline)
    : texts_(texts) {
  if (texts.created_timestamps()) created_ = baseline;
  exposition::AppendLabels(labels_, labels);
  common_ = labels_.size();
}

void SampleWriter::SetLabels(std::span<const Label> more) {
  labels_.resize(common_);
  if (!more.empty()) exposition::AppendLabels(labels_, more);
}

void SampleWriter::FinishCounter(Family family, std::size_t begin) {
  if (!texts_.created_timestamps()) return;
  exposition::SampleLines& lines = texts_[family];
  lines.open_metrics.append(lines.text, begin);
  AppendCreated(family);
}

void SampleWriter::AppendCreated(Family family) {
  if (!created_) return;
  exposition::AppendSample(texts_[family].open_metrics, exposition::CreatedName(Info(family).name), labels_,
                           created_->time_since_epoch());
}

void SampleWriter::AddHistogram(Family family, std::initializer_list<Label> more, const ledger::Histogram& histogram,
                                std::span<const milliseconds> bounds) {
  if (!texts_.Shows(family)) return;
  SetLabels({more.begin(), more.size()});
  const std::string name(Info(family).name);
  const std::string bucket = name + "_bucket";
  exposition::SampleLines& lines = texts_[family];
  const std::size_t with_labels = labels_.size();
  std::int64_t count = 0;
  for (std::size_t i = 0; i <= bounds.size(); ++i) {
    count += histogram.counts()[i];
    std::string bound;
    exposition::AppendBound(bound, i < bounds.size() ? std::chrono::duration<double>(bounds[i]).count()
                                                     : std::numeric_limits<double>::infinity());
    AppendLabel(labels_, {"le", bound});
    const std::size_t begin = lines.text.size();
    exposition::AppendSample(lines.text, bucket, labels_, count);
    lines.open_metrics.append(lines.text, begin, lines.text.size() - 1 - begin);
    if (const ledger::Exemplar* exemplar = histogram.exemplar(i)) {
      exposition::AppendExemplar(lines.open_metrics, {"build_uuid", FormatUuid(exemplar->build)}, exemplar->value,
                                 exemplar->stopped);
    }
    lines.open_metrics.push_back('\n');
    labels_.resize(with_labels);
  }
  const std::size_t begin = lines.text.size();
  exposition::AppendSample(lines.text, name + "_sum", labels_, histogram.sum());
  exposition::AppendSample(lines.text, name + "_count", labels_, count);
  lines.open_metrics.append(lines.text, begin);
  AppendCreated(family);
}

}  // namespace exporter::metrics
