#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "client/timestamp.h"
#include "exporter/exposition/text_format.h"

/// What the two formats of a page do not share: everything around the sample lines of text_format.
namespace exporter::exposition {

enum class Format : std::uint8_t {
  kText,         // Prometheus' text format 0.0.4
  kOpenMetrics,  // OpenMetrics 1.0.0
};
inline constexpr std::array kFormats{Format::kText, Format::kOpenMetrics};

/// The value of `Content-Type`.
std::string_view ContentType(Format format);

/// What is said of a family before its samples.
struct FamilyHeader {
  /// As the text format has it: a counter's ends in `_total`.
  std::string_view name;
  /// The word of the TYPE line.
  std::string_view type;
  /// The one that the name (without `_total`) ends in, or empty.
  std::string_view unit;
  std::string_view help;
};

/// The comment lines. In OpenMetrics a counter's family is named without `_total`, and there is a UNIT.
void AppendHeader(std::string& out, Format format, const FamilyHeader& header);

/// `name_created` of a counter or histogram `name`, where OpenMetrics has the instant from which it counts.
std::string CreatedName(std::string_view name);

/// What comes before the line feed of an OpenMetrics sample: one label, the observed value, and when it was observed.
void AppendExemplar(std::string& out, const Label& label, std::chrono::milliseconds value,
                    workers_builds::Timestamp instant);

/// The last line of an OpenMetrics page; without it a reader knows that the page was cut off.
inline constexpr std::string_view kOpenMetricsEnd = "# EOF\n";

}  // namespace exporter::exposition
