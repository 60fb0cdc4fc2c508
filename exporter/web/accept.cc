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

/// Cuts off and returns what stands before the separator, or all of it.
std::string_view TakeUntil(std::string_view& text, char separator) {
  const std::size_t at = std::min(text.find(separator), text.size());
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

/// The weight among the parameters of an item; 1000 when there is none, empty when it cannot be read.
std::optional<int> WeightOf(std::string_view parameters) {
  std::optional<int> weight = 1000;
  while (!parameters.empty()) {
    std::string_view value = TakeUntil(parameters, ';');
    const std::string_view name = TakeUntil(value, '=');
    if (EqualsIgnoringCase(name, "q")) weight = ParseWeight(Trim(value));
  }
  return weight;
}

}  // namespace

bool PrefersGzip(std::string_view accept_encoding) {
  std::optional<int> gzip;
  std::optional<int> identity;
  std::optional<int> any;
  while (!accept_encoding.empty()) {
    std::string_view item = TakeUntil(accept_encoding, ',');
    const std::string_view coding = TakeUntil(item, ';');
    const std::optional<int> weight = WeightOf(item);
    if (!weight) continue;
    if (EqualsIgnoringCase(coding, "gzip") || EqualsIgnoringCase(coding, "x-gzip")) {
      gzip = std::max(gzip.value_or(0), *weight);
    } else if (EqualsIgnoringCase(coding, "identity")) {
      identity = weight;
    } else if (coding == "*") {
      any = weight;
    }
  }
  const int wanted = gzip ? *gzip : any.value_or(0);
  return wanted > 0 && wanted >= identity.value_or(0);
}

}  // namespace exporter::web
