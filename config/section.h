#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/value.h"

namespace config {

/// A key of a section and how its value gets into the section's struct.
template <typename T>
struct Key {
  std::string_view name;
  void (*read)(const Value& value, T& out);
};

/// The entries of a mapping, owned by the tree. A section without entries is empty; anything else than a mapping is a
/// problem.
std::span<const YamlEntry> SectionEntries(const Value& section);

/// Notes that `section` has an entry that is none of `known`, with the nearest of them as a hint.
void RefuseUnknownKey(const Value& section, const YamlEntry& entry, std::span<const std::string_view> known);

/// The full name of a key in a section: `poll.interval`; of the top section: `poll`.
inline std::string Join(const std::string& section, std::string_view name) {
  return section.empty() ? std::string(name) : section + "." + std::string(name);
}

template <typename T>
void ReadSection(const Value& section, std::span<const Key<T>> keys, T& out) {
  std::vector<std::string_view> known;
  for (const Key<T>& key : keys) known.push_back(key.name);
  for (const YamlEntry& entry : SectionEntries(section)) {
    bool read = false;
    for (const Key<T>& key : keys) {
      if (key.name != entry.key) continue;
      key.read(Value(entry.value, Join(section.key(), key.name), section.context()), out);
      read = true;
    }
    if (!read) RefuseUnknownKey(section, entry, known);
  }
}

/// The full names of the keys, as `api.timeout`.
template <typename T>
std::vector<std::string> KeyNames(const std::string& section, std::span<const Key<T>> keys) {
  std::vector<std::string> names;
  for (const Key<T>& key : keys) names.push_back(Join(section, key.name));
  return names;
}

}  // namespace config
