#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "config/value.h"

namespace config {

void ReadMetrics(const Value& section, Metrics& out);

/// `metrics.profile` and so on.
std::vector<std::string> MetricsKeyNames();

}  // namespace config
