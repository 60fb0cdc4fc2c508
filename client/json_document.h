#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace workers_builds {

/// Bodies above this size are refused before they are parsed.
inline constexpr std::size_t kMaxJsonBytes = 64U * 1024 * 1024;
/// Arrays and objects that may stand inside one another; deeper text is refused before a tree of it is built.
inline constexpr std::size_t kMaxJsonDepth = 64;

enum class JsonType : std::uint8_t { kAbsent, kNull, kBool, kNumber, kString, kArray, kObject };

/// `null`, `bool`, `number`, ...: the word for a type in messages.
std::string_view ToWord(JsonType type);

/// A look at one value of a JsonDocument, which must outlive it. Default: absent, which everything about an absent
/// value gives again, so that `root["result"]["builds"]` needs no checks in between.
class JsonValue {
 public:
  struct Member;

  JsonValue() = default;

  JsonType type() const;
  bool IsObject() const { return type() == JsonType::kObject; }
  bool IsArray() const { return type() == JsonType::kArray; }

  /// The first member of that name of an object.
  JsonValue operator[](std::string_view name) const;
  /// Elements of an array or members of an object, else 0.
  std::size_t size() const;
  /// Element `index` < size() of an array.
  JsonValue At(std::size_t index) const;
  /// Member `index` < size() of an object.
  Member MemberAt(std::size_t index) const;

  std::optional<bool> AsBool() const;
  /// A whole number that fits.
  std::optional<std::int64_t> AsInteger() const;
  /// The bytes of a string; not checked to be UTF-8.
  std::optional<std::string_view> AsString() const;

 private:
  friend class JsonDocument;
  explicit JsonValue(const void* node) : node_(node) {}

  const void* node_ = nullptr;
};

struct JsonValue::Member {
  std::string_view name;
  JsonValue value;
};

/// A parsed JSON text (RFC 8259). Cheap to move; views stay valid when it is moved.
class JsonDocument {
 public:
  /// Takes the text as storage of its strings: copying them instead costs two thirds more time (decode_bench). The
  /// error says what is wrong and at which byte, and quotes nothing of the text. Parsing needs no stack that grows with
  /// the text. Escaped halves of a surrogate pair (`"\ud83d"`, left by whoever cut a string) become U+FFFD.
  static tl::expected<JsonDocument, std::string> Parse(std::string text);

  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;
  ~JsonDocument();

  JsonValue root() const;
  /// How many surrogate halves have been replaced.
  std::int64_t repaired() const { return repaired_; }

 private:
  struct Tree;
  explicit JsonDocument(std::unique_ptr<Tree> tree);

  std::unique_ptr<Tree> tree_;
  std::int64_t repaired_ = 0;
};

}  // namespace workers_builds
