#include "exporter/web/http_text.h"

#include <gtest/gtest.h>

namespace exporter::web {
namespace {

using namespace std::chrono_literals;

TEST(HttpText, FindsThePathOfATarget) {
  EXPECT_EQ(PathOf("/"), "/");
  EXPECT_EQ(PathOf("/metrics"), "/metrics");
  EXPECT_EQ(PathOf("/metrics?name[]=x"), "/metrics");
  EXPECT_EQ(PathOf("/a%2fb%41"), "/a/bA");
  EXPECT_EQ(PathOf("http://localhost:19877/metrics?x"), "/metrics");
  EXPECT_EQ(PathOf("http://localhost"), "/");
  EXPECT_EQ(PathOf("http://localhost?x=/y"), "/");
  EXPECT_EQ(PathOf("/redirect?to=http://x"), "/redirect");
}

TEST(HttpText, FindsNoPathInAMalformedTarget) {
  EXPECT_EQ(PathOf(""), std::nullopt);
  EXPECT_EQ(PathOf("*"), std::nullopt);
  EXPECT_EQ(PathOf("metrics"), std::nullopt);
  EXPECT_EQ(PathOf("/%"), std::nullopt);
  EXPECT_EQ(PathOf("/%4"), std::nullopt);
  EXPECT_EQ(PathOf("/%g0"), std::nullopt);
}

TEST(HttpText, WritesDatesAsHttpDoes) {
  EXPECT_EQ(FormatHttpDate(std::chrono::sys_seconds(784'111'777s)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(FormatHttpDate(std::chrono::sys_seconds(0s)), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(HttpText, WritesTheHeadOfAnAnswer) {
  Response response;
  response.status = 404;
  response.headers.emplace_back("Vary", "Accept");
  EXPECT_EQ(
      FormatHead(response, {.reason = "Not Found", .content_length = 12, .keep_alive = false},
                 std::chrono::sys_seconds(0s)),
      "HTTP/1.1 404 Not Found\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Type: text/plain; charset=utf-8\r\n"
      "Content-Length: 12\r\nConnection: close\r\nVary: Accept\r\n\r\n");
}

}  // namespace
}  // namespace exporter::web
