#include "exporter/web/http_text.h"

#include <array>
#include <cstdio>

namespace exporter::web {
namespace {

std::optional<unsigned> HexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

std::optional<std::string> PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded.push_back(text[at]);
      continue;
    }
    if (at + 2 >= text.size()) return std::nullopt;
    const auto high = HexDigit(text[at + 1]);
    const auto low = HexDigit(text[at + 2]);
    if (!high || !low) return std::nullopt;
    decoded.push_back(static_cast<char>(*high * 16 + *low));
    at += 2;
  }
  return decoded;
}

}  // namespace

std::optional<std::string> PathOf(std::string_view target) {
  if (const std::size_t scheme = target.find("://"); scheme != std::string_view::npos && !target.starts_with('/')) {
    const std::size_t path = target.find_first_of("/?", scheme + 3);
    target = path == std::string_view::npos ? std::string_view() : target.substr(path);
    if (target.empty() || target[0] == '?') return "/";
  }
  if (!target.starts_with('/')) return std::nullopt;
  return PercentDecode(target.substr(0, target.find_first_of("?#")));
}

std::string FormatHttpDate(std::chrono::sys_seconds now) {
  constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(now - day);
  char text[64];
  const int length = std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT",
                                   kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                                   kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                                   static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                                   static_cast<int>(time.seconds().count()));
  return std::string(text, static_cast<std::size_t>(length));
}

std::string FormatHead(const Response& response, const ResponseHead& head, std::chrono::sys_seconds now) {
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " ";
  text.append(head.reason).append("\r\nDate: ").append(FormatHttpDate(now));
  text.append("\r\nContent-Type: ").append(response.content_type);
  text.append("\r\nContent-Length: ").append(std::to_string(head.content_length));
  text.append("\r\nConnection: ").append(head.keep_alive ? "keep-alive" : "close");
  for (const auto& [name, value] : response.headers) text.append("\r\n").append(name).append(": ").append(value);
  return text.append("\r\n\r\n");
}

}  // namespace exporter::web
