#include "client/timestamp.h"

#include <array>
#include <cstdio>

namespace workers_builds {
namespace {

/// Eats fixed-width pieces of a text from the left; after the first mismatch nothing matches any more.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  int Digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_.empty() || rest_[0] < '0' || rest_[0] > '9') return Fail();
      value = value * 10 + (rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }

  bool Accept(std::string_view text) {
    if (!ok_ || !rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  void Expect(std::string_view text) {
    if (!Accept(text)) Fail();
  }

  char Peek() const { return ok_ && !rest_.empty() ? rest_[0] : '\0'; }
  bool AtEnd() const { return ok_ && rest_.empty(); }
  bool ok() const { return ok_; }

 private:
  int Fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool ok_ = true;
};

constexpr Timestamp kFirst = std::chrono::sys_days(std::chrono::year(1970) / 1 / 1);
constexpr Timestamp kLast = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1) - std::chrono::milliseconds(1);

std::optional<Timestamp> Combine(int year, int month, int day, int hour, int minute, int second, int millis) {
  using namespace std::chrono;
  const year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  // A leap second (60) is read as the second after it, as POSIX time does.
  if (!date.ok() || year < 1970 || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return Timestamp(sys_days(date)) + hours(hour) + minutes(minute) + seconds(second) + milliseconds(millis);
}

}  // namespace

std::optional<Timestamp> ParseTimestamp(std::string_view text) {
  Cursor in(text);
  const int year = in.Digits(4);
  in.Expect("-");
  const int month = in.Digits(2);
  in.Expect("-");
  const int day = in.Digits(2);
  if (!in.Accept("T") && !in.Accept("t")) in.Expect(" ");
  const int hour = in.Digits(2);
  in.Expect(":");
  const int minute = in.Digits(2);
  in.Expect(":");
  const int second = in.Digits(2);
  int millis = 0;
  if (in.Accept(".")) {
    int scale = 100;
    int digits = 0;
    for (; in.Peek() >= '0' && in.Peek() <= '9'; ++digits, scale /= 10) millis += in.Digits(1) * scale;
    if (digits == 0 || digits > 9) return std::nullopt;
  }
  std::chrono::minutes offset{0};
  if (!in.Accept("Z") && !in.Accept("z")) {
    const int sign = in.Accept("-") ? -1 : 1;
    if (sign == 1) in.Expect("+");
    const int offset_hours = in.Digits(2);
    in.Expect(":");
    const int offset_minutes = in.Digits(2);
    if (offset_hours > 23 || offset_minutes > 59) return std::nullopt;
    offset = sign * (std::chrono::hours(offset_hours) + std::chrono::minutes(offset_minutes));
  }
  if (!in.AtEnd()) return std::nullopt;
  const auto local = Combine(year, month, day, hour, minute, second, millis);
  if (!local) return std::nullopt;
  const auto instant = *local - offset;
  // An offset or a leap second can lead out of the years that FormatTimestamp writes with four digits.
  if (instant < kFirst || instant > kLast) return std::nullopt;
  return instant;
}

std::string FormatTimestamp(Timestamp instant) {
  using namespace std::chrono;
  const auto days_part = floor<days>(instant);
  const year_month_day date{days_part};
  const hh_mm_ss<milliseconds> time{instant - days_part};
  std::array<char, 64> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                    static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return std::string(text.data(), static_cast<std::size_t>(length));
}

std::optional<Timestamp> ParseHttpDate(std::string_view text) {
  constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  Cursor in(text);
  bool weekday = false;
  for (const auto name : kDays) weekday = weekday || in.Accept(name);
  if (!weekday) return std::nullopt;
  in.Expect(", ");
  const int day = in.Digits(2);
  in.Expect(" ");
  int month = 0;
  for (std::size_t i = 0; i < kMonths.size() && month == 0; ++i) {
    if (in.Accept(kMonths[i])) month = static_cast<int>(i) + 1;
  }
  in.Expect(" ");
  const int year = in.Digits(4);
  in.Expect(" ");
  const int hour = in.Digits(2);
  in.Expect(":");
  const int minute = in.Digits(2);
  in.Expect(":");
  const int second = in.Digits(2);
  in.Expect(" GMT");
  if (!in.AtEnd() || month == 0) return std::nullopt;
  return Combine(year, month, day, hour, minute, second, 0);
}

}  // namespace workers_builds
