#pragma once

#include <string>

namespace exporter::metrics {

/// The catalogue as Markdown: a heading and a table for each group, for the README's metric reference.
std::string MetricsReference();

}  // namespace exporter::metrics
