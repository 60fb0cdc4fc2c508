#include "config/section.h"

#include <optional>

#include "config/nearest_word.h"

namespace config {

std::span<const YamlEntry> SectionEntries(const Value& section) {
  const YamlNode& node = section.node();
  if (node.kind != YamlNode::Kind::kMapping && node.kind != YamlNode::Kind::kNull) {
    section.Refuse("must be a mapping, lines of 'key: value'");
  }
  return node.entries;
}

void RefuseUnknownKey(const Value& section, const YamlEntry& entry, std::span<const std::string_view> known) {
  std::string message = "unknown key";
  if (const std::optional<std::string_view> nearest = NearestWord(entry.key, known)) {
    message += "; did you mean '" + std::string(*nearest) + "'?";
  } else {
    message += "; known here:";
    for (const std::string_view name : known) message += (name == known.front() ? " " : ", ") + std::string(name);
  }
  const std::string quoted = Quote(entry.key);
  const std::string key = quoted.substr(1, quoted.size() - 2);
  section.context().problems.push_back(
      {section.context().file, entry.line, Join(section.key(), key), std::move(message)});
}

}  // namespace config
