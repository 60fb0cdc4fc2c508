#include "tests/support/page_truth.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "exporter/exposition/text_format.h"

namespace support {
namespace {

std::string SeriesText(const simulator::Series& series) {
  // The page's order of labels is the catalogue's; the truth's is the alphabet's: both are sorted for the comparison.
  std::string text = series.name + "{";
  for (const auto& [name, value] : series.labels) {
    if (text.back() != '{') text += ',';
    text += name + "=\"";
    exporter::exposition::AppendLabelValue(text, value);
    text += '"';
  }
  return text + "}";
}

std::string WithSortedLabels(std::string_view series) {
  const auto brace = series.find('{');
  if (brace == std::string_view::npos) return std::string(series) + "{}";
  std::vector<std::string_view> labels;
  std::string_view rest = series.substr(brace + 1, series.size() - brace - 2);
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    labels.push_back(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  std::ranges::sort(labels);
  std::string text(series.substr(0, brace + 1));
  for (const std::string_view label : labels) {
    if (text.back() != '{') text += ',';
    text += label;
  }
  return text + "}";
}

std::string NameOf(const std::string& series) {
  return series.substr(0, series.find('{'));
}

}  // namespace

PageSamples SamplesOf(const exporter::exposition::Page& page, const std::function<void(const std::string&)>& repeated) {
  PageSamples samples;
  for (const auto& piece : PlainBody(page, exporter::exposition::Format::kText, "")) {
    std::string_view rest = *piece;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      if (line.starts_with('#')) continue;
      const auto space = line.rfind(' ');
      const auto [sample, fresh] = samples.emplace(WithSortedLabels(line.substr(0, space)), line.substr(space + 1));
      if (!fresh) repeated(std::string(line));
    }
  }
  return samples;
}

std::vector<std::string> DifferencesFrom(const std::vector<simulator::Series>& truth, const PageSamples& page,
                                         const Passed& passed) {
  std::vector<std::string> differences;
  std::set<std::string> expected;
  std::set<std::string> families;
  for (const simulator::Series& sample : truth) {
    families.insert(sample.name);
    const std::string series = SeriesText(sample);
    expected.insert(series);
    if (passed && passed(series)) continue;
    std::string value;
    exporter::exposition::AppendNumber(value, sample.value);
    const auto shown = page.find(series);
    const std::string is = shown == page.end() ? "nothing" : shown->second;
    if (is != value) differences.push_back(series + " should be " + value + " and is " + is);
  }
  for (const auto& [series, value] : page) {
    if (!families.contains(NameOf(series)) || expected.contains(series) || (passed && passed(series))) continue;
    differences.push_back(series + " should not be there and is " + value);
  }
  return differences;
}

}  // namespace support
