#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "tests/support/series.h"

namespace support {

struct ExpositionPage {
  /// By family: counter, gauge or histogram.
  std::map<std::string, std::string> types;
  Samples samples;
};

/// Reads the Prometheus text format 0.0.4 more strictly than Prometheus does: every family has one HELP and then one
/// TYPE before its samples, its samples stand together, no series stands twice, every sample belongs to the family
/// above it, no timestamps, no other comments, no empty lines, and the last line ends. The error names the line.
tl::expected<ExpositionPage, std::string> ParseExposition(std::string_view text);

}  // namespace support
