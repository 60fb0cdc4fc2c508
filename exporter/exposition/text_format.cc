#include "exporter/exposition/text_format.h"

#include <charconv>
#include <cmath>

#include "exporter/utf8.h"

namespace exporter::exposition {
namespace {

bool IsPlain(char c) {
  return static_cast<signed char>(c) >= 0 && c != '\\' && c != '"' && c != '\n';
}

/// The text of `value` at the end of `out`, by std::to_chars.
template <typename T>
void AppendChars(std::string& out, T value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  out.append(text, static_cast<std::size_t>(end - text));
}

}  // namespace

std::size_t AppendLabelValue(std::string& out, std::string_view value) {
  std::size_t replaced = 0;
  while (!value.empty()) {
    std::size_t plain = 0;
    while (plain < value.size() && IsPlain(value[plain])) ++plain;
    out.append(value.substr(0, plain));
    value.remove_prefix(plain);
    if (value.empty()) break;

    const Utf8Sequence sequence = NextUtf8Sequence(value);
    if (!sequence.valid) {
      out.append(kUtf8Replacement);
      ++replaced;
    } else if (value[0] == '\n') {
      out.append("\\n");
    } else {
      if (value[0] == '\\' || value[0] == '"') out.push_back('\\');
      out.append(value.substr(0, sequence.length));
    }
    value.remove_prefix(sequence.length);
  }
  return replaced;
}

std::size_t AppendLabels(std::string& out, std::span<const Label> labels) {
  std::size_t replaced = 0;
  for (const Label& label : labels) {
    if (!out.empty() && out.back() != ',') out.push_back(',');
    out.append(label.name).append("=\"");
    replaced += AppendLabelValue(out, label.value);
    out.push_back('"');
  }
  return replaced;
}

void AppendNumber(std::string& out, double value) {
  constexpr double kExactIntegers = 9007199254740992.0;  // 2^53
  if (std::isnan(value)) {
    out.append("NaN");
  } else if (std::isinf(value)) {
    out.append(value > 0 ? "+Inf" : "-Inf");
  } else if (value == std::trunc(value) && std::fabs(value) < kExactIntegers && !(value == 0 && std::signbit(value))) {
    AppendChars(out, static_cast<std::int64_t>(value));
  } else {
    AppendChars(out, value);
  }
}

void AppendInteger(std::string& out, std::int64_t value) {
  AppendChars(out, value);
}

void AppendSeconds(std::string& out, std::chrono::milliseconds value) {
  const std::int64_t count = value.count();
  const std::int64_t seconds = count / 1000;
  std::int64_t rest = count % 1000;
  if (count < 0) {
    out.push_back('-');
    rest = -rest;
  }
  AppendChars(out, seconds < 0 ? -seconds : seconds);
  if (rest == 0) return;
  const char digits[] = {'.', static_cast<char>('0' + rest / 100), static_cast<char>('0' + rest / 10 % 10),
                         static_cast<char>('0' + rest % 10)};
  std::size_t length = sizeof digits;
  while (digits[length - 1] == '0') --length;
  out.append(digits, length);
}

void AppendBound(std::string& out, double bound) {
  const std::size_t start = out.size();
  AppendNumber(out, bound);
  if (std::isfinite(bound) && out.find_first_of(".e", start) == std::string::npos) out.append(".0");
}

void AppendSeries(std::string& out, std::string_view name, std::string_view labels) {
  out.append(name);
  if (!labels.empty()) out.append("{").append(labels).push_back('}');
  out.push_back(' ');
}

void AppendSample(std::string& out, std::string_view name, std::string_view labels, double value) {
  AppendSeries(out, name, labels);
  AppendNumber(out, value);
  out.push_back('\n');
}

void AppendSample(std::string& out, std::string_view name, std::string_view labels, std::chrono::milliseconds value) {
  AppendSeries(out, name, labels);
  AppendSeconds(out, value);
  out.push_back('\n');
}

}  // namespace exporter::exposition
