#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/metrics/catalogue.h"

namespace docs {

/// The family of a sample's name, also with a histogram's `_bucket`, `_sum` or `_count`; null: the catalogue has none.
const exporter::metrics::FamilyInfo* FamilyOf(std::string_view sample_name);

/// The words of a text that begin as this exporter's metrics do, in their order.
std::vector<std::string> MetricNamesIn(const std::string& text);

}  // namespace docs
