#include "config/value.h"

#include <charconv>
#include <system_error>
#include <tl/expected.hpp>

#include "config/quantity.h"

namespace config {
namespace {

std::string OutOfRange(const Value& value, const std::string& least, const std::string& most) {
  return value.Quoted() + " is out of range: " + least + " to " + most;
}

}  // namespace

void Value::Refuse(std::string message) const {
  context_->problems.push_back({context_->file, node_->line, key_, std::move(message)});
}

std::optional<std::string> Value::Text() const {
  if (node_->kind == YamlNode::Kind::kNull) {
    Refuse("has no value: write one, or remove the key for the default");
    return std::nullopt;
  }
  if (node_->kind != YamlNode::Kind::kScalar) {
    Refuse("must be a single value, not a list or a mapping");
    return std::nullopt;
  }
  tl::expected<std::string, std::string> expanded = ExpandVariables(node_->text, context_->environment);
  if (!expanded) {
    Refuse(expanded.error());
    return std::nullopt;
  }
  return *std::move(expanded);
}

std::vector<Value> Value::Items() const {
  std::vector<Value> items;
  if (node_->kind != YamlNode::Kind::kSequence) {
    Refuse("must be a list, such as [a, b] or []");
    return items;
  }
  for (const YamlNode& item : node_->items) {
    items.emplace_back(item, key_ + "[" + std::to_string(items.size()) + "]", *context_);
  }
  return items;
}

void Value::ReadText(std::string& out) const {
  if (std::optional<std::string> text = Text()) out = *std::move(text);
}

void Value::ReadBool(bool& out) const {
  static constexpr std::pair<std::string_view, bool> kWords[] = {{"true", true}, {"false", false}};
  ReadWord<bool>(kWords, out);
}

void Value::ReadInteger(std::int64_t least, std::int64_t most, std::int64_t& out) const {
  const std::optional<std::string> text = Text();
  if (!text) return;
  std::int64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, number);
  if (stopped != end || error == std::errc::invalid_argument) {
    Refuse(Quoted() + " is not a whole number: " + std::to_string(least) + " to " + std::to_string(most));
  } else if (error != std::errc{} || number < least || number > most) {
    Refuse(OutOfRange(*this, std::to_string(least), std::to_string(most)));
  } else {
    out = number;
  }
}

void Value::ReadInteger(int least, int most, int& out) const {
  std::int64_t number = out;
  ReadInteger(std::int64_t{least}, std::int64_t{most}, number);
  out = static_cast<int>(number);
}

void Value::ReadDuration(std::chrono::milliseconds least, std::chrono::milliseconds most,
                         std::chrono::milliseconds& out) const {
  const std::optional<std::string> text = Text();
  if (!text) return;
  const std::optional<std::chrono::milliseconds> duration = ParseDuration(*text);
  if (!duration) {
    Refuse(Quoted() + " is not a duration: a whole number and a unit, such as 300ms, 10s, 5m, 2h or 7d");
  } else if (*duration < least || *duration > most) {
    Refuse(OutOfRange(*this, FormatDuration(least), FormatDuration(most)));
  } else {
    out = *duration;
  }
}

void Value::ReadByteSize(std::int64_t least, std::int64_t most, std::int64_t& out) const {
  const std::optional<std::string> text = Text();
  if (!text) return;
  const std::optional<std::int64_t> bytes = ParseByteSize(*text);
  if (!bytes) {
    Refuse(Quoted() + " is not a size: a whole number and one of B, KiB, MiB and GiB, such as 32MiB");
  } else if (*bytes < least || *bytes > most) {
    Refuse(OutOfRange(*this, FormatByteSize(least), FormatByteSize(most)));
  } else {
    out = *bytes;
  }
}

void Value::RefuseWord(std::span<const std::string_view> words) const {
  std::string known;
  for (const std::string_view word : words) {
    if (!known.empty()) known += word == words.back() ? " or " : ", ";
    known += word;
  }
  Refuse(Quoted() + " is not one of its values: " + known);
}

}  // namespace config
