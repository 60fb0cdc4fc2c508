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

void AcceptOnlyDefault(const Value& value, std::string_view written) {
  const YamlNode& node = value.node();
  const bool is_default = written == "[]" ? node.kind == YamlNode::Kind::kSequence && node.items.empty()
                                          : node.kind == YamlNode::Kind::kScalar && node.text == written;
  if (is_default) return;
  const std::string shown = written.empty() ? "\"\"" : std::string(written);
  value.Refuse("is not implemented in this version, which does only the default, " + shown + ": remove the key");
}

}  // namespace config
