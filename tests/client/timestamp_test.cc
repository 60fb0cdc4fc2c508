#include "client/timestamp.h"

#include <gtest/gtest.h>

namespace workers_builds {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Timestamp At(std::int64_t millis) {
  return Timestamp(milliseconds(millis));
}

TEST(Timestamp, ReadsWhatTheApiWrites) {
  // `date -u -d 2026-08-13T02:33:50Z +%s` is 1786588430.
  EXPECT_EQ(ParseTimestamp("2026-08-13T02:33:50.890Z"), At(1786588430890));
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:00.000Z"), At(0));
}

TEST(Timestamp, ReadsZeroToNineFractionDigitsAndCutsToMilliseconds) {
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:01Z"), At(1000));
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:01.5Z"), At(1500));
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:01.05Z"), At(1050));
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:01.123456789Z"), At(1123));
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:01.999999Z"), At(1999));
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:01.Z"), std::nullopt);
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:01.1234567890Z"), std::nullopt);
}

TEST(Timestamp, ReadsOffsets) {
  const auto noon = ParseTimestamp("2026-02-28T12:00:00Z");
  ASSERT_TRUE(noon.has_value());
  EXPECT_EQ(ParseTimestamp("2026-02-28T12:00:00+00:00"), noon);
  EXPECT_EQ(ParseTimestamp("2026-02-28T12:00:00-00:00"), noon);
  EXPECT_EQ(ParseTimestamp("2026-02-28T14:30:00+02:30"), noon);
  EXPECT_EQ(ParseTimestamp("2026-02-28T04:00:00-08:00"), noon);
  EXPECT_EQ(ParseTimestamp("2026-03-01T01:59:00+13:59"), noon);
}

TEST(Timestamp, ReadsTheLettersOfRfc3339InEitherCaseAndASpace) {
  const auto noon = ParseTimestamp("2026-02-28T12:00:00Z");
  EXPECT_EQ(ParseTimestamp("2026-02-28t12:00:00z"), noon);
  EXPECT_EQ(ParseTimestamp("2026-02-28 12:00:00Z"), noon);
}

TEST(Timestamp, KnowsTheCalendar) {
  EXPECT_TRUE(ParseTimestamp("2028-02-29T00:00:00Z").has_value());
  EXPECT_TRUE(ParseTimestamp("2000-02-29T00:00:00Z").has_value());
  for (const auto* text : {"2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-00-01T00:00:00Z",
                           "2026-13-01T00:00:00Z", "2026-04-31T00:00:00Z", "2026-04-00T00:00:00Z"}) {
    EXPECT_EQ(ParseTimestamp(text), std::nullopt) << text;
  }
}

TEST(Timestamp, ALeapSecondIsTheSecondAfterIt) {
  EXPECT_EQ(ParseTimestamp("2016-12-31T23:59:60Z"), ParseTimestamp("2017-01-01T00:00:00Z"));
}

TEST(Timestamp, RefusesEverythingElse) {
  for (const auto* text : {"",
                           "Z",
                           "2026",
                           "2026-08-13",
                           "2026-08-13T02:33:50",
                           "2026-08-13T02:33Z",
                           "2026-08-13T24:00:00Z",
                           "2026-08-13T02:60:00Z",
                           "2026-08-13T02:33:61Z",
                           " 2026-08-13T02:33:50Z",
                           "2026-08-13T02:33:50Z ",
                           "2026-08-13T02:33:50Zx",
                           "2026-08-13T02:33:50+0000",
                           "2026-08-13T02:33:50+24:00",
                           "2026-08-13T02:33:50+00:60",
                           "2026-8-13T02:33:50Z",
                           "26-08-13T02:33:50Z",
                           "+026-08-13T02:33:50Z",
                           "1969-12-31T23:59:59Z",
                           "-2026-08-13T02:33:50Z",
                           "1786588430",
                           "0000-00-00T00:00:00Z"}) {
    EXPECT_EQ(ParseTimestamp(text), std::nullopt) << "'" << text << "'";
  }
}

TEST(Timestamp, RefusesInstantsThatAnOffsetTakesOutOfTheYearsItWrites) {
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:00+00:01"), std::nullopt);
  EXPECT_EQ(ParseTimestamp("9999-12-31T23:59:59-00:01"), std::nullopt);
  EXPECT_EQ(ParseTimestamp("9999-12-31T23:59:60Z"), std::nullopt);
  EXPECT_TRUE(ParseTimestamp("9999-12-31T23:59:59.999Z").has_value());
}

TEST(Timestamp, WritesWhatItReads) {
  for (const auto* text : {"1970-01-01T00:00:00.000Z", "2026-08-13T02:33:50.890Z", "2024-02-29T23:59:59.999Z",
                           "9999-12-31T23:59:59.999Z", "2026-01-02T03:04:05.006Z"}) {
    const auto instant = ParseTimestamp(text);
    ASSERT_TRUE(instant.has_value()) << text;
    EXPECT_EQ(FormatTimestamp(*instant), text);
  }
}

TEST(Timestamp, WritesInstantsBefore1970) {
  EXPECT_EQ(FormatTimestamp(At(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(HttpDate, ReadsTheExampleOfRfc9110) {
  EXPECT_EQ(ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), At(784111777000));
}

TEST(HttpDate, RefusesOtherFormsAndImpossibleDates) {
  for (const auto* text :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Foo 1994 08:49:37 GMT", "06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT"}) {
    EXPECT_EQ(ParseHttpDate(text), std::nullopt) << "'" << text << "'";
  }
}

TEST(HttpDate, KnowsEveryMonth) {
  int month = 0;
  for (const auto* name : {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}) {
    const auto instant = ParseHttpDate("Mon, 02 " + std::string(name) + " 2026 00:00:00 GMT");
    ASSERT_TRUE(instant.has_value()) << name;
    const auto expected = std::chrono::year(2026) / std::chrono::month(static_cast<unsigned>(++month)) / 2;
    EXPECT_EQ(*instant, std::chrono::sys_days(expected)) << name;
  }
}

}  // namespace
}  // namespace workers_builds
