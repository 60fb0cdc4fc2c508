#include "tests/simulator/instant.h"

#include <array>
#include <cstdio>

namespace simulator {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct Parts {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<milliseconds> time;
};

Parts Split(Instant instant) {
  const auto day = std::chrono::floor<days>(instant);
  return {std::chrono::year_month_day(day), std::chrono::hh_mm_ss<milliseconds>(instant - day)};
}

/// Writes `value` with `count` digits at `at`.
void PutDigits(std::string& text, std::size_t at, std::size_t count, int value) {
  for (std::size_t i = at + count; i-- > at; value /= 10) text[i] = static_cast<char>('0' + value % 10);
}

/// Takes exactly `count` digits from the front of `text`.
std::optional<int> TakeDigits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool Take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<milliseconds> TakeFraction(std::string_view& text) {
  if (!Take(text, ".")) return milliseconds(0);
  int value = 0;
  int scale = 100;
  bool any = false;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    value += scale * (text.front() - '0');
    scale /= 10;
    any = true;
    text.remove_prefix(1);
  }
  if (!any) return std::nullopt;
  return milliseconds(value);
}

std::optional<minutes> TakeOffset(std::string_view& text) {
  if (Take(text, "Zz")) return minutes(0);
  const bool west = !text.empty() && text.front() == '-';
  if (!Take(text, "+-")) return std::nullopt;
  const auto hour = TakeDigits(text, 2);
  if (!hour || !Take(text, ":")) return std::nullopt;
  const auto minute = TakeDigits(text, 2);
  if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
  const minutes offset = hours(*hour) + minutes(*minute);
  return west ? -offset : offset;
}

}  // namespace

std::string FormatInstant(Instant instant) {
  // Answers are full of instants, and long simulated runs full of answers: snprintf was a quarter of their cost.
  const Parts parts = Split(instant);
  std::string text = "0000-00-00T00:00:00.000Z";
  PutDigits(text, 0, 4, static_cast<int>(parts.date.year()));
  PutDigits(text, 5, 2, static_cast<int>(static_cast<unsigned>(parts.date.month())));
  PutDigits(text, 8, 2, static_cast<int>(static_cast<unsigned>(parts.date.day())));
  PutDigits(text, 11, 2, static_cast<int>(parts.time.hours().count()));
  PutDigits(text, 14, 2, static_cast<int>(parts.time.minutes().count()));
  PutDigits(text, 17, 2, static_cast<int>(parts.time.seconds().count()));
  PutDigits(text, 20, 3, static_cast<int>(parts.time.subseconds().count()));
  return text;
}

std::optional<Instant> ParseInstant(std::string_view text) {
  const auto year = TakeDigits(text, 4);
  if (!year || !Take(text, "-")) return std::nullopt;
  const auto month = TakeDigits(text, 2);
  if (!month || !Take(text, "-")) return std::nullopt;
  const auto day = TakeDigits(text, 2);
  if (!day || !Take(text, "Tt ")) return std::nullopt;
  const auto hour = TakeDigits(text, 2);
  if (!hour || !Take(text, ":")) return std::nullopt;
  const auto minute = TakeDigits(text, 2);
  if (!minute || !Take(text, ":")) return std::nullopt;
  const auto second = TakeDigits(text, 2);
  const auto fraction = second ? TakeFraction(text) : std::nullopt;
  const auto offset = fraction ? TakeOffset(text) : std::nullopt;
  if (!offset || !text.empty()) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second) + *fraction - *offset;
}

std::string FormatHttpDate(Instant instant) {
  static constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Parts parts = Split(instant);
  const std::chrono::weekday weekday(std::chrono::floor<days>(instant));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT", kDays[weekday.c_encoding()],
                static_cast<unsigned>(parts.date.day()), kMonths[static_cast<unsigned>(parts.date.month()) - 1],
                static_cast<int>(parts.date.year()), static_cast<int>(parts.time.hours().count()),
                static_cast<int>(parts.time.minutes().count()), static_cast<int>(parts.time.seconds().count()));
  return text.data();
}

double ToSeconds(Instant instant) {
  return static_cast<double>(instant.time_since_epoch().count()) / 1000.0;
}

Instant StartOfMonth(Instant instant) {
  const auto date = Split(instant).date;
  return std::chrono::sys_days(date.year() / date.month() / 1);
}

Instant StartOfNextMonth(Instant instant) {
  const auto date = Split(instant).date;
  return std::chrono::sys_days((date.year() / date.month() / 1) + std::chrono::months(1));
}

}  // namespace simulator
