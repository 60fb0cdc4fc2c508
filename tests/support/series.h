#pragma once

#include <compare>
#include <map>
#include <string>
#include <vector>

namespace support {

/// The identity of a series, whoever names it: a page, the simulator's truth, Prometheus.
struct SeriesId {
  std::string name;
  std::map<std::string, std::string> labels;

  auto operator<=>(const SeriesId&) const = default;
};

using Samples = std::map<SeriesId, double>;

/// As it is written in PromQL.
std::string ToText(const SeriesId& series);

/// The samples whose name starts with `prefix`.
Samples WithPrefix(const Samples& samples, const std::string& prefix);

/// The sum of the samples of that name that have these labels, whatever others they have.
double Sum(const Samples& samples, const std::string& name, const std::map<std::string, std::string>& labels = {});

/// One line for each series that is missing, too much or has another value; empty when both are the same. At most
/// `most` lines and then how many more there are.
std::string Differences(const Samples& expected, const Samples& actual, std::size_t most = 20);

}  // namespace support
