#include "client/json_reader.h"

#include "client/text.h"

namespace workers_builds {

void ReadNotes::Unknown(std::string_view field, std::string_view word) {
  unknown_values.insert_or_assign(std::string(field), CleanLine(word, 64));
}

SchemaError Mismatch(std::string json_path, JsonType expected, JsonType found) {
  std::string message = "expected ";
  message += ToWord(expected);
  message += ", found ";
  message += ToWord(found);
  return {std::move(json_path), std::move(message)};
}

JsonValue JsonReader::OfType(std::string_view field, JsonType type) const {
  const auto value = object_[field];
  const auto found = value.type();
  if (found == type) return value;
  if (found != JsonType::kAbsent && found != JsonType::kNull) notes_.Unknown(field, ToWord(found));
  return {};
}

std::optional<std::string_view> JsonReader::String(std::string_view field) const {
  return OfType(field, JsonType::kString).AsString();
}

std::string JsonReader::Text(std::string_view field) const {
  return ToUtf8(String(field).value_or(std::string_view()), &notes_.invalid_utf8);
}

std::vector<std::string> JsonReader::Texts(std::string_view field) const {
  const auto array = OfType(field, JsonType::kArray);
  std::vector<std::string> texts;
  texts.reserve(array.size());
  for (std::size_t i = 0; i < array.size(); ++i) {
    const auto element = array.At(i);
    if (const auto text = element.AsString()) {
      texts.push_back(ToUtf8(*text, &notes_.invalid_utf8));
    } else {
      notes_.Unknown(field, ToWord(element.type()));
    }
  }
  return texts;
}

std::optional<bool> JsonReader::Bool(std::string_view field) const {
  return OfType(field, JsonType::kBool).AsBool();
}

std::optional<std::int64_t> JsonReader::Integer(std::string_view field) const {
  const auto value = OfType(field, JsonType::kNumber);
  const auto integer = value.AsInteger();
  if (!integer && value.type() == JsonType::kNumber) notes_.Unknown(field, ToWord(JsonType::kNumber));
  return integer;
}

std::optional<Timestamp> JsonReader::Instant(std::string_view field) const {
  const auto text = String(field);
  if (!text) return std::nullopt;
  const auto instant = ParseTimestamp(*text);
  if (!instant) notes_.Unknown(field, *text);
  return instant;
}

std::optional<JsonReader> JsonReader::Object(std::string_view field) const {
  const auto value = OfType(field, JsonType::kObject);
  if (!value.IsObject()) return std::nullopt;
  return JsonReader(value, notes_);
}

}  // namespace workers_builds
