#include "exporter/web/accept.h"

#include <algorithm>
#include <optional>

namespace exporter::web {
namespace {

std::string_view Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Cuts off and returns what stands before the separator, or all of it. A separator between quotes is none.
std::string_view TakeUntil(std::string_view& text, char separator) {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < text.size() && (quoted || text[at] != separator); ++at) {
    if (quoted && text[at] == '\\')
      ++at;
    else if (text[at] == '"')
      quoted = !quoted;
  }
  at = std::min(at, text.size());
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return Trim(part);
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b; });
}

/// `0`, `0.5`, `1.000` in thousandths (RFC 9110 section 12.4.2).
std::optional<int> ParseWeight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int thousandths = (text[0] - '0') * 1000;
  int scale = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return std::nullopt;
    thousandths += (c - '0') * scale;
    scale /= 10;
  }
  if (thousandths > 1000) return std::nullopt;
  return thousandths;
}

/// An item of either header.
struct Item {
  std::string_view name;
  std::string_view version;
  /// In thousandths; empty when it cannot be read.
  std::optional<int> weight = 1000;

  bool Is(std::string_view lower) const { return EqualsIgnoringCase(name, lower); }
};

Item TakeItem(std::string_view& header) {
  std::string_view parameters = TakeUntil(header, ',');
  Item item;
  item.name = TakeUntil(parameters, ';');
  while (!parameters.empty()) {
    std::string_view value = TakeUntil(parameters, ';');
    const std::string_view name = TakeUntil(value, '=');
    value = Trim(value);
    if (EqualsIgnoringCase(name, "q")) item.weight = ParseWeight(value);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    if (EqualsIgnoringCase(name, "version")) item.version = value;
  }
  return item;
}

void TakeBest(std::optional<int>& best, int weight) {
  best = std::max(best.value_or(0), weight);
}

}  // namespace

bool PrefersGzip(std::string_view accept_encoding) {
  std::optional<int> gzip;
  std::optional<int> identity;
  std::optional<int> any;
  while (!accept_encoding.empty()) {
    const Item item = TakeItem(accept_encoding);
    if (!item.weight) continue;
    if (item.Is("gzip") || item.Is("x-gzip")) {
      TakeBest(gzip, *item.weight);
    } else if (item.Is("identity")) {
      TakeBest(identity, *item.weight);
    } else if (item.name == "*") {
      TakeBest(any, *item.weight);
    }
  }
  const int wanted = gzip ? *gzip : any.value_or(0);
  return wanted > 0 && wanted >= identity.value_or(0);
}

bool PrefersOpenMetrics(std::string_view accept) {
  std::optional<int> open_metrics;
  // The text format's weight is that of the closest item.
  std::optional<int> text;
  std::optional<int> any_text;
  std::optional<int> anything;
  while (!accept.empty()) {
    const Item item = TakeItem(accept);
    if (!item.weight) continue;
    if (item.Is("application/openmetrics-text") && (item.version.empty() || item.version == "1.0.0")) {
      TakeBest(open_metrics, *item.weight);
    } else if (item.Is("text/plain") && (item.version.empty() || item.version == "0.0.4")) {
      TakeBest(text, *item.weight);
    } else if (item.Is("text/*")) {
      TakeBest(any_text, *item.weight);
    } else if (item.Is("*/*")) {
      TakeBest(anything, *item.weight);
    }
  }
  const int plain = text ? *text : any_text ? *any_text : anything.value_or(0);
  return open_metrics.value_or(0) > 0 && *open_metrics >= plain;
}

}  // namespace exporter::web
