#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string>
#include <string_view>

namespace simulator {

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

inline void WriteText(JsonWriter& json, std::string_view text) {
  json.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

inline void WriteKey(JsonWriter& json, std::string_view key) {
  json.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
}

inline void WriteField(JsonWriter& json, std::string_view key, std::string_view value) {
  WriteKey(json, key);
  WriteText(json, value);
}

/// Runs `write(JsonWriter&)` and returns what it wrote.
template <typename Write>
std::string ToJson(Write write) {
  rapidjson::StringBuffer buffer;
  JsonWriter json(buffer);
  write(json);
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace simulator
