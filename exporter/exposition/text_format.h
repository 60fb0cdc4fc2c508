#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Writing sample lines, which the Prometheus text format 0.0.4 and OpenMetrics 1.0.0 share. Everything is appended to
/// a string that the caller owns; nothing here keeps state. Names are taken as they are: the catalogue's are legal.
namespace exporter::exposition {

struct Label {
  std::string_view name;
  std::string_view value;
};

/// A label's value with backslash, quote and line feed escaped, without the quotes around it. Bytes that are not UTF-8
/// become U+FFFD (one for each maximal part of a broken sequence, Unicode 15 section 3.9). Returns how many were
/// replaced.
std::size_t AppendLabelValue(std::string& out, std::string_view value);

/// `name="value",name="value"` without braces: written once for a script, used for all its samples. A comma comes first
/// when `out` is not empty and does not end in one. Returns how many invalid sequences were replaced.
std::size_t AppendLabels(std::string& out, std::span<const Label> labels);

/// The shortest text that reads back as the same double; whole numbers below 2^53 without exponent; `NaN`, `+Inf`,
/// `-Inf`.
void AppendNumber(std::string& out, double value);
void AppendInteger(std::string& out, std::int64_t value);
/// Seconds, exactly: 12345 ms is `12.345`, 12000 ms is `12`.
void AppendSeconds(std::string& out, std::chrono::milliseconds value);
/// The value of `le`: always with a fraction or an exponent (`300.0`), and `+Inf`.
void AppendBound(std::string& out, double bound);

/// `name{labels} `: what stands before the value. `labels` is what AppendLabels has written; no braces when it is
/// empty.
void AppendSeries(std::string& out, std::string_view name, std::string_view labels);

/// A whole sample line with its line feed.
void AppendSample(std::string& out, std::string_view name, std::string_view labels, double value);
void AppendSample(std::string& out, std::string_view name, std::string_view labels, std::chrono::milliseconds value);
template <std::integral T>
void AppendSample(std::string& out, std::string_view name, std::string_view labels, T value) {
  AppendSeries(out, name, labels);
  AppendInteger(out, static_cast<std::int64_t>(value));
  out.push_back('\n');
}

}  // namespace exporter::exposition
