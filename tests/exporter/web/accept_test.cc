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

TEST(Accept, GivesOpenMetricsToPrometheus) {
  for (const char* header :
       {// Prometheus 2.42, 2.49 and 3.0
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
        "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
        "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
        "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
        "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        "application/openmetrics-text", "Application/OpenMetrics-Text; Version=\"1.0.0\"; charset=utf-8",
        "text/plain;q=0.5, application/openmetrics-text;q=0.5", "application/openmetrics-text, */*",
        "*/*, application/openmetrics-text, text/plain;q=0.9", "text/*;q=0.2,application/openmetrics-text;q=0.3"}) {
    EXPECT_TRUE(PrefersOpenMetrics(header)) << header;
  }
}

TEST(Accept, GivesTheTextFormatToEverybodyElse) {
  for (const char* header :
       {"", "*/*", "text/plain", "text/html,application/xhtml+xml,*/*;q=0.8", "application/*",
        "application/openmetrics-text;version=0.0.1", "application/openmetrics-text;version=2.0.0",
        "application/openmetrics-text;q=0", "application/openmetrics-text;q=0.3, text/plain;q=0.5",
        "application/openmetrics-text;q=0.3, */*", "application/openmetrics-text;q=0.3, text/*;q=0.4",
        "application/openmetrics-text;q=x", "application/vnd.google.protobuf;encoding=delimited", "a,b;c=\"d,e;",
        "\"application/openmetrics-text\"", "application/openmetrics-text;version=\"1.0.0,", ",;,", "\\"}) {
    EXPECT_FALSE(PrefersOpenMetrics(header)) << header;
  }
}

TEST(Accept, DoesNotSplitAtASeparatorBetweenQuotes) {
  EXPECT_TRUE(PrefersOpenMetrics("a/b;x=\"1, text/plain;q=1\", application/openmetrics-text;q=0.1"));
  EXPECT_TRUE(PrefersOpenMetrics("a/b;x=\"\\\", text/plain\", application/openmetrics-text;q=0.1"));
}

}  // namespace
}  // namespace exporter::web
