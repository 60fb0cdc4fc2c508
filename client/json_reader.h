#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/json_document.h"
#include "client/timestamp.h"

namespace workers_builds {

/// What a decoder met that it did not expect; ends up in AnswerMeta, which says what the members mean.
struct ReadNotes {
  std::map<std::string, std::string> unknown_values;
  std::int64_t invalid_utf8 = 0;

  /// `word` is cut to 64 bytes.
  void Unknown(std::string_view field, std::string_view word);
};

/// JSON in which what the operation promises is not there.
struct SchemaError {
  /// As `$.result.builds`.
  std::string json_path;
  std::string message;
};

/// Says that `expected` was promised at `json_path` and `found` is there.
SchemaError Mismatch(std::string json_path, JsonType expected, JsonType found);

/// The JSON words of an enumeration.
template <typename T>
using WordTable = std::span<const std::pair<std::string_view, T>>;

/// Reads the fields of one object in which everything may be absent, null, of a wrong type or an unknown word. Absent
/// and null read as empty; a wrong type or a value that is not understood reads as empty and goes into the notes under
/// the name of the field. `object` may be of any type: what is no object has no fields.
class JsonReader {
 public:
  JsonReader(JsonValue object, ReadNotes& notes) : object_(object), notes_(notes) {}

  /// Always valid UTF-8.
  std::string Text(std::string_view field) const;
  /// The strings of an array; other elements are left out and noted.
  std::vector<std::string> Texts(std::string_view field) const;
  std::optional<bool> Bool(std::string_view field) const;
  std::optional<std::int64_t> Integer(std::string_view field) const;
  std::optional<Timestamp> Instant(std::string_view field) const;
  std::optional<JsonReader> Object(std::string_view field) const;
  /// Empty when absent, null or no string; a word that is not in the table gives `unknown` and is noted.
  template <typename T>
  std::optional<T> Word(std::string_view field, WordTable<T> words, T unknown) const {
    const auto word = String(field);
    if (!word) return std::nullopt;
    for (const auto& [known, value] : words) {
      if (known == *word) return value;
    }
    notes_.Unknown(field, *word);
    return unknown;
  }

 private:
  /// The bytes of a string field; notes a wrong type.
  std::optional<std::string_view> String(std::string_view field) const;
  /// The field if it is of that type; notes any other except absent and null.
  JsonValue OfType(std::string_view field, JsonType type) const;

  JsonValue object_;
  ReadNotes& notes_;
};

}  // namespace workers_builds
