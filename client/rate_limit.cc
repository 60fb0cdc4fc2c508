#include "client/rate_limit.h"

#include <charconv>
#include <utility>

#include "client/text.h"

namespace workers_builds {
namespace {

struct Parameter {
  std::string name;
  std::int64_t value = 0;
};

struct Item {
  std::string policy;
  std::vector<Parameter> parameters;
};

/// Cuts `text` at every `separator` that stands outside of double quotes.
std::vector<std::string_view> SplitUnquoted(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == separator) {
      parts.push_back(Trim(text.substr(start, i - start)));
      start = i + 1;
    }
  }
  parts.push_back(Trim(text.substr(start)));
  return parts;
}

/// A quoted string or a bare token (RFC 8941 sections 3.3.3 and 3.3.4).
std::optional<std::string> ReadName(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text.front() != '"') {
    const bool is_token = text.find_first_of(" \"=,;") == std::string_view::npos;
    return is_token ? std::optional<std::string>(text) : std::nullopt;
  }
  std::string name;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1 == text.size() ? std::optional(std::move(name)) : std::nullopt;
    if (text[i] == '\\' && ++i == text.size()) return std::nullopt;
    name += text[i];
  }
  return std::nullopt;
}

std::optional<std::int64_t> ReadCount(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // 15 digits are the most that an integer of RFC 8941 has; it also keeps the arithmetic of the caller in range.
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || text.size() > 15) return std::nullopt;
  return value;
}

std::optional<Item> ReadItem(std::string_view text) {
  const auto parts = SplitUnquoted(text, ';');
  auto name = ReadName(parts.front());
  if (!name) return std::nullopt;
  Item item{std::move(*name), {}};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto equals = parts[i].find('=');
    if (equals == std::string_view::npos) continue;
    const auto key = parts[i].substr(0, equals);
    if (key != "r" && key != "t" && key != "q" && key != "w") continue;
    const auto value = ReadCount(parts[i].substr(equals + 1));
    if (!value) return std::nullopt;
    item.parameters.push_back({std::string(key), *value});
  }
  return item;
}

RateLimit& ByPolicy(std::vector<RateLimit>& limits, const std::string& policy) {
  for (auto& limit : limits) {
    if (limit.policy == policy) return limit;
  }
  limits.emplace_back().policy = policy;
  return limits.back();
}

void Merge(std::string_view header, std::vector<RateLimit>& limits) {
  if (Trim(header).empty()) return;
  for (const auto text : SplitUnquoted(header, ',')) {
    const auto item = ReadItem(text);
    if (!item) continue;
    auto& limit = ByPolicy(limits, item->policy);
    for (const auto& [name, value] : item->parameters) {
      if (name == "r") limit.remaining = value;
      if (name == "t") limit.reset = std::chrono::seconds(value);
      if (name == "q") limit.quota = value;
      if (name == "w") limit.window = std::chrono::seconds(value);
    }
  }
}

}  // namespace

std::vector<RateLimit> ParseRateLimit(std::string_view ratelimit, std::string_view ratelimit_policy) {
  std::vector<RateLimit> limits;
  Merge(ratelimit, limits);
  Merge(ratelimit_policy, limits);
  return limits;
}

}  // namespace workers_builds
