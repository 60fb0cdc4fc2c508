#include "config/quantity.h"

#include <gtest/gtest.h>

namespace config {
namespace {

using namespace std::chrono_literals;

TEST(Duration, ReadsEveryUnit) {
  EXPECT_EQ(ParseDuration("300ms"), 300ms);
  EXPECT_EQ(ParseDuration("10s"), 10s);
  EXPECT_EQ(ParseDuration("5m"), 5min);
  EXPECT_EQ(ParseDuration("2h"), 2h);
  EXPECT_EQ(ParseDuration("7d"), 168h);
  EXPECT_EQ(ParseDuration("0s"), 0s);
}

TEST(Duration, IsDigitsAndOneUnitOnly) {
  for (const char* text : {"", "10", "s", "10 s", " 10s", "10s ", "1h30m", "1.5h", "-1s", "+1s", "10S", "10sec", "1e3s",
                           "0x10s", "99999999999999999999s", "9223372036854775807d"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << "'" << text << "'";
  }
}

TEST(Duration, IsWrittenWithTheLargestUnitThatFits) {
  EXPECT_EQ(FormatDuration(0ms), "0s");
  EXPECT_EQ(FormatDuration(1500ms), "1500ms");
  EXPECT_EQ(FormatDuration(90s), "90s");
  EXPECT_EQ(FormatDuration(120s), "2m");
  EXPECT_EQ(FormatDuration(24h), "1d");
  EXPECT_EQ(FormatDuration(25h), "25h");
}

TEST(ByteSize, ReadsEveryUnit) {
  EXPECT_EQ(ParseByteSize("512B"), 512);
  EXPECT_EQ(ParseByteSize("64KiB"), 65'536);
  EXPECT_EQ(ParseByteSize("32MiB"), 33'554'432);
  EXPECT_EQ(ParseByteSize("3GiB"), 3'221'225'472);
}

TEST(ByteSize, IsDigitsAndOneBinaryUnitOnly) {
  for (const char* text : {"", "1", "MiB", "32MB", "32M", "32mib", "1.5GiB", "-1B", "32 MiB", "9999999999999GiB"}) {
    EXPECT_EQ(ParseByteSize(text), std::nullopt) << "'" << text << "'";
  }
}

TEST(ByteSize, IsWrittenWithTheLargestUnitThatFits) {
  EXPECT_EQ(FormatByteSize(0), "0B");
  EXPECT_EQ(FormatByteSize(1023), "1023B");
  EXPECT_EQ(FormatByteSize(1024), "1KiB");
  EXPECT_EQ(FormatByteSize(33'554'432), "32MiB");
}

}  // namespace
}  // namespace config
