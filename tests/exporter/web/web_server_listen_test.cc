#include "tests/exporter/web/web_server_fixture.h"

namespace exporter::web {
namespace {

bool HasIpv6() {
  return WebServer::Start({.listen_addresses = {"[::1]:0"}}, Echo).has_value();
}

std::string StartError(const std::string& address) {
  const auto server = WebServer::Start({.listen_addresses = {address}}, Echo);
  return server ? "(it serves on " + (*server)->addresses().front() + ")" : server.error();
}

TEST_F(WebServerTest, ListensOnIpv4AndIpv6WithoutAHost) {
  if (!HasIpv6()) GTEST_SKIP() << "this machine has no IPv6";
  Serve(Echo, {.listen_addresses = {":0"}});
  const std::string address = server_->addresses().front();
  ASSERT_TRUE(address.starts_with("[::]:")) << address;
  EXPECT_EQ(Get(address, "/six").body, "GET /six [] []");
  EXPECT_EQ(Get("127.0.0.1:" + address.substr(5), "/four").body, "GET /four [] []");
}

TEST_F(WebServerTest, ListensOnAnIpv6Address) {
  if (!HasIpv6()) GTEST_SKIP() << "this machine has no IPv6";
  const std::string address = Serve(Echo, {.listen_addresses = {"[::1]:0"}});
  ASSERT_TRUE(address.starts_with("[::1]:")) << address;
  EXPECT_EQ(Get(address, "/").status, 200);
}

TEST_F(WebServerTest, ListensOnSeveralAddresses) {
  Serve(Echo, {.listen_addresses = {"127.0.0.1:0", "localhost:0"}});
  ASSERT_EQ(server_->addresses().size(), 2u);
  for (const std::string& address : server_->addresses()) EXPECT_EQ(Get(address, "/").status, 200) << address;
}

TEST_F(WebServerTest, SaysWhichAddressIsInUse) {
  const std::string address = Serve();
  std::string expected = "cannot listen on ";
  expected += address;
  expected += ": Address already in use; stop what holds the port, or choose another address";
  EXPECT_EQ(StartError(address), expected);
}

TEST_F(WebServerTest, SaysWhatIsWrongWithAnAddress) {
  EXPECT_THAT(StartError("19877"), HasSubstr("listen address '19877': has no port; expected HOST:PORT"));
  EXPECT_THAT(StartError("192.0.2.1:0"), HasSubstr("cannot listen on 192.0.2.1:0: Cannot assign requested address; "
                                                   "this machine has no such address"));
}

}  // namespace
}  // namespace exporter::web
