#include "tests/support/series.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace support {
namespace {

std::string ToText(double value) {
  std::ostringstream text;
  text.precision(17);
  text << value;
  return text.str();
}

}  // namespace

std::string ToText(const SeriesId& series) {
  std::string text = series.name;
  char separator = '{';
  for (const auto& [name, value] : series.labels) {
    text.append(1, separator).append(name).append("=\"").append(value).append("\"");
    separator = ',';
  }
  return separator == '{' ? text : text + "}";
}

Samples WithPrefix(const Samples& samples, const std::string& prefix) {
  Samples matching;
  for (const auto& sample : samples) {
    if (sample.first.name.starts_with(prefix)) matching.insert(sample);
  }
  return matching;
}

double Sum(const Samples& samples, const std::string& name, const std::map<std::string, std::string>& labels) {
  double sum = 0;
  for (const auto& [series, value] : samples) {
    const bool matches = series.name == name && std::ranges::all_of(labels, [&](const auto& wanted) {
                           const auto label = series.labels.find(wanted.first);
                           return label != series.labels.end() && label->second == wanted.second;
                         });
    if (matches) sum += value;
  }
  return sum;
}

std::string Differences(const Samples& expected, const Samples& actual, std::size_t most) {
  std::vector<std::string> lines;
  for (const auto& [series, value] : expected) {
    const auto found = actual.find(series);
    if (found == actual.end()) {
      lines.push_back(ToText(series) + " is missing, expected " + ToText(value));
    } else if (found->second != value && !(std::isnan(value) && std::isnan(found->second))) {
      lines.push_back(ToText(series) + " is " + ToText(found->second) + ", expected " + ToText(value));
    }
  }
  for (const auto& [series, value] : actual) {
    if (!expected.contains(series)) lines.push_back(ToText(series) + " is there with " + ToText(value));
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(most, lines.size()); ++i) text += lines[i] + "\n";
  if (lines.size() > most) text += "and " + std::to_string(lines.size() - most) + " more\n";
  return text;
}

}  // namespace support
