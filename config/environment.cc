#include "config/environment.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>

namespace config {
namespace {

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

Environment ProcessEnvironment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

bool IsVariableName(std::string_view text) {
  return !text.empty() && IsLetter(text[0]) &&
         std::ranges::all_of(text, [](char c) { return IsLetter(c) || IsDigit(c); });
}

tl::expected<std::string, std::string> ExpandVariables(std::string_view text, const Environment& environment) {
  std::string expanded;
  while (!text.empty()) {
    if (text.starts_with("$${")) {
      expanded += "${";
      text.remove_prefix(3);
      continue;
    }
    if (!text.starts_with("${")) {
      expanded += text[0];
      text.remove_prefix(1);
      continue;
    }
    const std::size_t end = text.find('}');
    const std::string name(text.substr(2, end == std::string_view::npos ? end : end - 2));
    if (end == std::string_view::npos || !IsVariableName(name)) {
      return tl::unexpected<std::string>(
          "'${' is not followed by the name of a variable and '}'; $${ writes a plain ${");
    }
    const std::optional<std::string> value = environment(name);
    if (!value) return tl::unexpected("the environment variable " + name + " is not set; $${ writes a plain ${");
    expanded += *value;
    text.remove_prefix(end + 1);
  }
  return expanded;
}

}  // namespace config
