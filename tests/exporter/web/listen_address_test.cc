#include "exporter/web/listen_address.h"

#include <gmock/gmock.h>

namespace exporter::web {
namespace {

using ::testing::HasSubstr;

std::string Problem(std::string_view text) {
  const auto address = ParseListenAddress(text);
  return address ? "(no problem)" : address.error();
}

TEST(ListenAddress, ReadsHostAndPort) {
  EXPECT_EQ(ParseListenAddress(":19877"), (ListenAddress{"", 19877}));
  EXPECT_EQ(ParseListenAddress("127.0.0.1:0"), (ListenAddress{"127.0.0.1", 0}));
  EXPECT_EQ(ParseListenAddress("[::1]:65535"), (ListenAddress{"::1", 65535}));
  EXPECT_EQ(ParseListenAddress("localhost:80"), (ListenAddress{"localhost", 80}));
}

TEST(ListenAddress, SaysWhatIsWrong) {
  EXPECT_THAT(Problem("localhost"), HasSubstr("listen address 'localhost': has no port; expected HOST:PORT"));
  EXPECT_THAT(Problem(""), HasSubstr("has no port"));
  EXPECT_THAT(Problem(":"), HasSubstr("no number from 0 to 65535"));
  EXPECT_THAT(Problem(":65536"), HasSubstr("no number from 0 to 65535"));
  EXPECT_THAT(Problem(":80x"), HasSubstr("no number from 0 to 65535"));
  EXPECT_THAT(Problem(":-1"), HasSubstr("no number from 0 to 65535"));
  EXPECT_THAT(Problem("::1:80"), HasSubstr("an IPv6 address needs brackets"));
  EXPECT_THAT(Problem("[::1:80"), HasSubstr("the bracket is not closed"));
  EXPECT_THAT(Problem("[]:80"), HasSubstr("no IPv6 address in the brackets"));
}

}  // namespace
}  // namespace exporter::web
