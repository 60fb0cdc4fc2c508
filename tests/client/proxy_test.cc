#include "client/proxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace workers_builds {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using Variables = std::map<std::string, std::string>;

const Origin kApi{"https", "api.cloudflare.com", 443};

std::string Choose(const Variables& variables, const Origin& origin = kApi) {
  return ProxyFromEnvironment(origin, [&](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
  });
}

TEST(ProxyFromEnvironment, TheSchemeNamesTheVariable) {
  const Variables both{{"HTTPS_PROXY", "http://s:1"}, {"HTTP_PROXY", "http://p:2"}};
  EXPECT_EQ(Choose(both), "http://s:1");
  EXPECT_EQ(Choose(both, {"http", "builds.test", 80}), "http://p:2");
  EXPECT_EQ(Choose({{"HTTP_PROXY", "http://p:2"}}), "");
  EXPECT_EQ(Choose({}), "");
}

TEST(ProxyFromEnvironment, LowerCaseCountsWhereUpperCaseSaysNothing) {
  EXPECT_EQ(Choose({{"https_proxy", "http://low:1"}}), "http://low:1");
  EXPECT_EQ(Choose({{"https_proxy", "http://low:1"}, {"HTTPS_PROXY", "http://up:1"}}), "http://up:1");
  EXPECT_EQ(Choose({{"https_proxy", "http://low:1"}, {"HTTPS_PROXY", " "}}), "http://low:1");
  EXPECT_EQ(Choose({{"HTTPS_PROXY", "http://p:1"}, {"no_proxy", "cloudflare.com"}}), "");
}

TEST(ProxyFromEnvironment, NoProxyNamesHostsAndTheirSubdomains) {
  const auto proxied = [](const std::string& no_proxy) {
    return !Choose({{"HTTPS_PROXY", "http://p:1"}, {"NO_PROXY", no_proxy}}).empty();
  };
  for (const auto* exempt : {"*", "api.cloudflare.com", "cloudflare.com", ".cloudflare.com", "*.cloudflare.com", "com",
                             "API.Cloudflare.COM", "other.test, api.cloudflare.com ,", "api.cloudflare.com:443"}) {
    EXPECT_FALSE(proxied(exempt)) << exempt;
  }
  for (const auto* not_exempt : {"", ",", " , ", "flare.com", "cloudflare.co", "www.api.cloudflare.com",
                                 "api.cloudflare.com:8443", ".", "api.cloudflare.com.test"}) {
    EXPECT_TRUE(proxied(not_exempt)) << not_exempt;
  }
}

TEST(ProxyFromEnvironment, LoopbackIsNeverProxied) {
  for (const auto* host : {"localhost", "127.0.0.1", "127.1.2.3", "[::1]", "LOCALHOST", "a.localhost"}) {
    EXPECT_EQ(Choose({{"HTTP_PROXY", "http://p:1"}}, {"http", host, 80}), "") << host;
  }
  EXPECT_NE(Choose({{"HTTP_PROXY", "http://p:1"}}, {"http", "127.test", 80}), "");
}

TEST(ParseProxy, ReadsUrlsWithAndWithoutAScheme) {
  EXPECT_EQ(ParseProxy("http://proxy.test:3128")->url, "http://proxy.test:3128");
  EXPECT_EQ(ParseProxy("HTTP://proxy.test:3128/")->url, "http://proxy.test:3128");
  EXPECT_EQ(ParseProxy("proxy.test:3128")->url, "http://proxy.test:3128");
  EXPECT_EQ(ParseProxy("proxy.test")->url, "http://proxy.test");
}

TEST(ParseProxy, TakesUserAndPasswordOutOfTheUrl) {
  const auto proxy = ParseProxy("http://user%40corp:p%3Ass@proxy.test:3128");
  ASSERT_TRUE(proxy.has_value());
  EXPECT_EQ(proxy->url, "http://proxy.test:3128");
  EXPECT_EQ(proxy->user, "user@corp");
  EXPECT_EQ(proxy->password, "p:ss");
  EXPECT_EQ(ParseProxy("user@proxy.test")->user, "user");
  EXPECT_EQ(ParseProxy("user@proxy.test")->password, "");
}

TEST(ParseProxy, RefusesWhatItCannotUseWithoutRepeatingThePassword) {
  for (const auto* text : {"https://u:hidden@proxy.test", "socks5://u:hidden@proxy.test", "http://u:hidden@",
                           "http://u:hidden@proxy.test:port", "http://u:hidden@proxy.test:99999",
                           "http://u:hidden@proxy.test/path", "http://u:hidden@proxy test", "http://u:hidden@:3128"}) {
    const auto proxy = ParseProxy(text);
    ASSERT_FALSE(proxy.has_value()) << text;
    EXPECT_THAT(proxy.error(), HasSubstr("http://host:port"));
    EXPECT_THAT(proxy.error(), Not(HasSubstr("hidden")));
  }
}

}  // namespace
}  // namespace workers_builds
