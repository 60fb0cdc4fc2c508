#include "exporter/exposition/format.h"

namespace exporter::exposition {
namespace {

constexpr std::string_view kTotal = "_total";

std::string_view WithoutTotal(std::string_view name) {
  return name.substr(0, name.size() - (name.ends_with(kTotal) ? kTotal.size() : 0));
}

/// OpenMetrics escapes quotes in a help text, too; the text format would show the backslash.
void AppendHelp(std::string& out, Format format, std::string_view help) {
  for (const char c : help) {
    if (c == '\n') {
      out.append("\\n");
      continue;
    }
    if (c == '\\' || (c == '"' && format == Format::kOpenMetrics)) out.push_back('\\');
    out.push_back(c);
  }
}

}  // namespace

std::string_view ContentType(Format format) {
  return format == Format::kOpenMetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                        : "text/plain; version=0.0.4; charset=utf-8";
}

void AppendHeader(std::string& out, Format format, const FamilyHeader& header) {
  const bool counter_family = format == Format::kOpenMetrics && header.type == "counter";
  const std::string_view name = counter_family ? WithoutTotal(header.name) : header.name;
  out.append("# HELP ").append(name).push_back(' ');
  AppendHelp(out, format, header.help);
  out.append("\n# TYPE ").append(name).append(" ").append(header.type).push_back('\n');
  if (format != Format::kOpenMetrics || header.unit.empty()) return;
  out.append("# UNIT ").append(name).append(" ").append(header.unit).push_back('\n');
}

std::string CreatedName(std::string_view name) {
  return std::string(WithoutTotal(name)).append("_created");
}

void AppendExemplar(std::string& out, const Label& label, std::chrono::milliseconds value,
                    workers_builds::Timestamp instant) {
  out.append(" # {");
  std::string labels;
  AppendLabels(labels, {&label, 1});
  out.append(labels).append("} ");
  AppendSeconds(out, value);
  out.push_back(' ');
  AppendSeconds(out, instant.time_since_epoch());
}

}  // namespace exporter::exposition
