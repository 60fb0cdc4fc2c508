#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.h"

namespace config {

struct YamlEntry;

/// A YAML document as plain values that know their lines. Quoted or not makes no difference to a scalar, but for
/// null: only a plain empty value, `~` or `null` is one.
struct YamlNode {
  enum class Kind { kNull, kScalar, kSequence, kMapping };
  Kind kind = Kind::kNull;
  int line = 1;
  std::string text;                // of a scalar
  std::vector<YamlNode> items;     // of a sequence
  std::vector<YamlEntry> entries;  // of a mapping, in the order of the file, keys unique

  /// The value under `key`; nullptr: not there, or no mapping.
  const YamlNode* Find(std::string_view key) const;
};

struct YamlEntry {
  std::string key;
  int line = 1;
  YamlNode value;
};

/// Reads one document, UTF-8; an empty one is a null node. Noted with the line: duplicate keys (the first is kept) and
/// tags. Noted, and no tree: what is no YAML, keys that are no scalars, more than one document, aliases (so that a
/// small file stays small), nesting deeper than 20, mappings of more than 1000 keys, control characters.
std::optional<YamlNode> ReadYaml(std::string_view text, const std::string& file, Problems& problems);

}  // namespace config
