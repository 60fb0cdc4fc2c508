#include "tests/simulator/instant.h"

#include <gtest/gtest.h>

namespace simulator {
namespace {

using std::chrono::milliseconds;

TEST(InstantTest, IsWrittenWithThreeFractionDigits) {
  EXPECT_EQ(FormatInstant(Instant(milliseconds(1'786'588'430'090))), "2026-08-13T02:33:50.090Z");
  EXPECT_EQ(FormatInstant(Instant(milliseconds(0))), "1970-01-01T00:00:00.000Z");
}

TEST(InstantTest, IsReadWithAnyFractionAndOffset) {
  const Instant expected(milliseconds(1'786'588'430'890));
  EXPECT_EQ(ParseInstant("2026-08-13T02:33:50.890Z"), expected);
  EXPECT_EQ(ParseInstant("2026-08-13T04:33:50.89+02:00"), expected);
  EXPECT_EQ(ParseInstant("2026-08-12T21:03:50.890999999-05:30"), expected);
  EXPECT_EQ(ParseInstant("2026-08-13T02:33:50Z"), expected - milliseconds(890));
}

TEST(InstantTest, RefusesWhatIsNoInstant) {
  for (const char* text : {"", "2026-08-13", "2026-02-30T00:00:00Z", "2026-08-13T24:00:00Z", "2026-08-13T02:33:50",
                           "2026-08-13T02:33:50.Z", "2026-08-13T02:33:50Zz", "x026-08-13T02:33:50Z"}) {
    EXPECT_EQ(ParseInstant(text), std::nullopt) << text;
  }
}

TEST(InstantTest, IsWrittenAsHttpDate) {
  EXPECT_EQ(FormatHttpDate(*ParseInstant("1994-11-06T08:49:37.999Z")), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(InstantTest, KnowsItsMonth) {
  const Instant december = *ParseInstant("2026-12-31T23:59:59.999Z");
  EXPECT_EQ(StartOfMonth(december), *ParseInstant("2026-12-01T00:00:00Z"));
  EXPECT_EQ(StartOfNextMonth(december), *ParseInstant("2027-01-01T00:00:00Z"));
}

}  // namespace
}  // namespace simulator
