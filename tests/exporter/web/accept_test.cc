#include "exporter/web/accept.h"

#include <gtest/gtest.h>

namespace exporter::web {
namespace {

TEST(Accept, TakesGzipFromWhoAsksForIt) {
  for (const char* header :
       {"gzip", "GZip", "x-gzip", "gzip, deflate, br", "deflate , gzip ; q=0.5", "*", "gzip;q=1.000", "gzip;q=0.001",
        "br;q=1.0, gzip;q=0.8, *;q=0.1", "identity;q=0.5, gzip", "gzip;x=y;Q=1", "identity;q=0, *", "deflate, , gzip",
        "gzip;q=0.7,identity;q=0.7", "gzip\t;\tq=1"}) {
    EXPECT_TRUE(PrefersGzip(header)) << header;
  }
}

TEST(Accept, SendsPlainTextToEverybodyElse) {
  for (const char* header : {"", "identity", "br", "gzip;q=0", "gzip;q=0.000, *", "*;q=0", "identity, gzip;q=0.5",
                             "gzipped", "deflate, br;q=0.9", ",", ";", "; q=1", " "}) {
    EXPECT_FALSE(PrefersGzip(header)) << header;
  }
}

TEST(Accept, PassesOverAWeightThatItCannotRead) {
  for (const char* header : {"gzip;q=", "gzip;q=2", "gzip;q=1.001", "gzip;q=-1", "gzip;q=0.1234", "gzip;q=x",
                             "gzip;q=1,5x;q", "gzip;q=.5", "gzip;q=00"}) {
    const bool comma = std::string_view(header).find(',') != std::string_view::npos;
    EXPECT_EQ(PrefersGzip(header), comma) << header;
  }
}

}  // namespace
}  // namespace exporter::web
