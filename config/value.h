#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "client/timestamp.h"
#include "config/environment.h"
#include "config/problem.h"
#include "config/yaml_tree.h"

namespace config {

/// What the reading of one file shares; problems are collected, the reading goes on after each.
struct ReadContext {
  std::string file;
  Environment environment;
  workers_builds::Timestamp now;
  Problems problems;
};

/// A value of the file, its place, and where mistakes about it go. Each Read... leaves `out` alone, and notes a
/// problem, when the value is not what it should be. Bounds are inclusive.
class Value {
 public:
  /// `node` and `context` are not owned.
  Value(const YamlNode& node, std::string key, ReadContext& context)
      : node_(&node), key_(std::move(key)), context_(&context) {}

  const YamlNode& node() const { return *node_; }
  const std::string& key() const { return key_; }
  ReadContext& context() const { return *context_; }
  /// As it is written, before `${NAME}` is replaced: fit for a message unless it may be a secret.
  std::string Quoted() const { return Quote(node_->text); }

  void Refuse(std::string message) const;

  /// A scalar with `${NAME}` replaced; empty optional when it is none, or a variable is not set.
  std::optional<std::string> Text() const;
  /// The items of a list; empty when it is no list.
  std::vector<Value> Items() const;

  void ReadText(std::string& out) const;
  /// `true` or `false`.
  void ReadBool(bool& out) const;
  void ReadInteger(std::int64_t least, std::int64_t most, std::int64_t& out) const;
  void ReadInteger(int least, int most, int& out) const;
  void ReadDuration(std::chrono::milliseconds least, std::chrono::milliseconds most,
                    std::chrono::milliseconds& out) const;
  void ReadByteSize(std::int64_t least, std::int64_t most, std::int64_t& out) const;
  /// One of the words; the problem lists them.
  template <typename T>
  void ReadWord(std::span<const std::pair<std::string_view, T>> words, T& out) const;

 private:
  void RefuseWord(std::span<const std::string_view> words) const;

  const YamlNode* node_;
  std::string key_;
  ReadContext* context_;
};

template <typename T>
void Value::ReadWord(std::span<const std::pair<std::string_view, T>> words, T& out) const {
  const std::optional<std::string> text = Text();
  if (!text) return;
  std::vector<std::string_view> known;
  for (const auto& [word, meaning] : words) {
    known.push_back(word);
    if (word != *text) continue;
    out = meaning;
    return;
  }
  RefuseWord(known);
}

}  // namespace config
