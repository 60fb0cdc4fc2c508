#include "exporter/metrics/metrics_reference.h"

#include <string_view>

#include "exporter/metrics/catalogue.h"

namespace exporter::metrics {
namespace {

std::string_view HeadingOf(Group group) {
  switch (group) {
    case Group::kScriptClass:
      return "### Per script and branch class\n";
    case Group::kScript:
      return "### Per script\n";
    case Group::kAccount:
      return "### Per account\n";
    case Group::kExporter:
      return "### The exporter itself\n";
  }
  return "";
}

/// A bar ends a cell, also inside of code.
std::string Cell(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|') cell.push_back('\\');
    cell.push_back(c);
  }
  return cell;
}

std::string LabelCell(const FamilyInfo& family) {
  std::string cell;
  for (const std::string_view label : family.labels) {
    if (!cell.empty()) cell.append(", ");
    cell.append("`").append(label).append("`");
  }
  return cell;
}

void AppendRow(std::string& out, const FamilyInfo& family) {
  out.append("| `").append(family.name).append("` | ").append(ToWord(family.type)).append(" | ");
  out.append(LabelCell(family)).append(" | ").append(ToWord(family.profile)).append(" | ");
  out.append(Cell(family.help)).append(" |\n");
}

}  // namespace

std::string MetricsReference() {
  std::string out;
  const FamilyInfo* last = nullptr;
  for (const FamilyInfo& family : Catalogue()) {
    if (last == nullptr || last->group != family.group) {
      if (last != nullptr) out.push_back('\n');
      out.append(HeadingOf(family.group));
      out.append("\n| name | type | labels | from profile | meaning |\n| --- | --- | --- | --- | --- |\n");
    }
    AppendRow(out, family);
    last = &family;
  }
  return out;
}

}  // namespace exporter::metrics
