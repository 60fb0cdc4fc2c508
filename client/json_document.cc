#include "client/json_document.h"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <utility>

namespace workers_builds {
namespace {

using Node = rapidjson::Value;

const Node& Get(const void* node) {
  return *static_cast<const Node*>(node);
}

/// Passes what the reader finds on to the document, and ends the parse where the text is nested too deeply.
class DepthLimit {
 public:
  explicit DepthLimit(rapidjson::Document& document) : document_(document) {}

  bool Null() { return document_.Null(); }
  bool Bool(bool value) { return document_.Bool(value); }
  bool Int(int value) { return document_.Int(value); }
  bool Uint(unsigned value) { return document_.Uint(value); }
  bool Int64(std::int64_t value) { return document_.Int64(value); }
  bool Uint64(std::uint64_t value) { return document_.Uint64(value); }
  bool Double(double value) { return document_.Double(value); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool copy) {
    return document_.RawNumber(text, length, copy);
  }
  bool String(const char* text, rapidjson::SizeType length, bool copy) { return document_.String(text, length, copy); }
  bool Key(const char* text, rapidjson::SizeType length, bool copy) { return document_.Key(text, length, copy); }
  bool StartObject() { return ++depth_ <= kMaxJsonDepth && document_.StartObject(); }
  bool EndObject(rapidjson::SizeType members) { return Up() && document_.EndObject(members); }
  bool StartArray() { return ++depth_ <= kMaxJsonDepth && document_.StartArray(); }
  bool EndArray(rapidjson::SizeType elements) { return Up() && document_.EndArray(elements); }

 private:
  bool Up() {
    --depth_;
    return true;
  }

  rapidjson::Document& document_;
  std::size_t depth_ = 0;
};

rapidjson::ParseResult ParseInto(rapidjson::Document& document, std::string& text) {
  rapidjson::ParseResult result;
  auto generate = [&](rapidjson::Document& target) {
    rapidjson::InsituStringStream stream(text.data());
    rapidjson::Reader reader;
    DepthLimit handler(target);
    result = reader.Parse<rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag>(stream, handler);
    // The reader takes a NUL for the end.
    if (!result.IsError() && stream.Tell() != text.size()) {
      result = rapidjson::ParseResult(rapidjson::kParseErrorDocumentRootNotSingular, stream.Tell());
    }
    return !result.IsError();
  };
  document.Populate(generate);
  return result;
}

std::string Describe(const rapidjson::ParseResult& result) {
  if (result.Code() == rapidjson::kParseErrorTermination) {
    return "nested deeper than " + std::to_string(kMaxJsonDepth) + " levels at byte " + std::to_string(result.Offset());
  }
  if (result.Code() == rapidjson::kParseErrorDocumentEmpty) return "the body is empty";
  return "malformed JSON at byte " + std::to_string(result.Offset()) + ": " +
         rapidjson::GetParseError_En(result.Code());
}

/// The code unit of the escape `\uXXXX` at `position`.
std::optional<unsigned> EscapedUnit(std::string_view text, std::size_t position) {
  if (position + 6 > text.size() || text[position] != '\\' || text[position + 1] != 'u') return std::nullopt;
  unsigned unit = 0;
  for (const char c : text.substr(position + 2, 4)) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return std::nullopt;
    unit = unit * 16 + static_cast<unsigned>(digit);
  }
  return unit;
}

/// Turns every escaped half of a surrogate pair into `\uFFFD`; says how many there were.
std::int64_t RepairSurrogates(std::string& text) {
  std::int64_t repaired = 0;
  for (std::size_t i = text.find('\\'); i != std::string::npos; i = text.find('\\', i)) {
    const auto unit = EscapedUnit(text, i);
    if (!unit) {
      i += 2;
      if (i >= text.size()) break;
      continue;
    }
    const auto next = EscapedUnit(text, i + 6);
    const bool pair = *unit >= 0xD800 && *unit <= 0xDBFF && next && *next >= 0xDC00 && *next <= 0xDFFF;
    if (!pair && *unit >= 0xD800 && *unit <= 0xDFFF) {
      text.replace(i + 2, 4, "FFFD");
      ++repaired;
    }
    i += pair ? 12 : 6;
  }
  return repaired;
}

}  // namespace

struct JsonDocument::Tree {
  explicit Tree(std::string source) : text(std::move(source)) {}

  std::string text;
  rapidjson::Document document;
};

JsonDocument::JsonDocument(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

tl::expected<JsonDocument, std::string> JsonDocument::Parse(std::string text) {
  if (text.size() > kMaxJsonBytes) {
    return tl::unexpected("a body of " + std::to_string(text.size()) + " bytes, more than the " +
                          std::to_string(kMaxJsonBytes) + " that are parsed");
  }
  JsonDocument parsed(std::make_unique<Tree>(std::move(text)));
  parsed.repaired_ = RepairSurrogates(parsed.tree_->text);
  const auto result = ParseInto(parsed.tree_->document, parsed.tree_->text);
  if (result.IsError()) return tl::unexpected(Describe(result));
  return parsed;
}

JsonValue JsonDocument::root() const {
  return JsonValue(static_cast<const Node*>(&tree_->document));
}

std::string_view ToWord(JsonType type) {
  switch (type) {
    case JsonType::kAbsent:
      return "absent";
    case JsonType::kNull:
      return "null";
    case JsonType::kBool:
      return "bool";
    case JsonType::kNumber:
      return "number";
    case JsonType::kString:
      return "string";
    case JsonType::kArray:
      return "array";
    case JsonType::kObject:
      return "object";
  }
  return "absent";
}

JsonType JsonValue::type() const {
  if (node_ == nullptr) return JsonType::kAbsent;
  switch (Get(node_).GetType()) {
    case rapidjson::kNullType:
      return JsonType::kNull;
    case rapidjson::kFalseType:
    case rapidjson::kTrueType:
      return JsonType::kBool;
    case rapidjson::kObjectType:
      return JsonType::kObject;
    case rapidjson::kArrayType:
      return JsonType::kArray;
    case rapidjson::kStringType:
      return JsonType::kString;
    case rapidjson::kNumberType:
      return JsonType::kNumber;
  }
  return JsonType::kNull;
}

JsonValue JsonValue::operator[](std::string_view name) const {
  if (!IsObject()) return {};
  for (const auto& member : Get(node_).GetObject()) {
    if (std::string_view(member.name.GetString(), member.name.GetStringLength()) == name) {
      return JsonValue(&member.value);
    }
  }
  return {};
}

std::size_t JsonValue::size() const {
  if (IsArray()) return Get(node_).Size();
  return IsObject() ? Get(node_).MemberCount() : 0;
}

JsonValue JsonValue::At(std::size_t index) const {
  return JsonValue(&Get(node_)[static_cast<rapidjson::SizeType>(index)]);
}

JsonValue::Member JsonValue::MemberAt(std::size_t index) const {
  const auto& member = *(Get(node_).MemberBegin() + static_cast<std::ptrdiff_t>(index));
  return {std::string_view(member.name.GetString(), member.name.GetStringLength()), JsonValue(&member.value)};
}

std::optional<bool> JsonValue::AsBool() const {
  if (type() != JsonType::kBool) return std::nullopt;
  return Get(node_).GetBool();
}

std::optional<std::int64_t> JsonValue::AsInteger() const {
  if (type() != JsonType::kNumber || !Get(node_).IsInt64()) return std::nullopt;
  return Get(node_).GetInt64();
}

std::optional<std::string_view> JsonValue::AsString() const {
  if (type() != JsonType::kString) return std::nullopt;
  return std::string_view(Get(node_).GetString(), Get(node_).GetStringLength());
}

}  // namespace workers_builds
