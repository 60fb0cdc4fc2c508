#include <gtest/gtest.h>

#include "client/cpprest_transport.h"

namespace workers_builds {
namespace {

struct BadUrl {
  std::string url;
  std::string error;
};

TEST(CpprestTransportOptions, ABaseUrlThatCannotBeUsedIsRefusedWithTheReason) {
  const std::string expected = "; expected a URL such as https://host/client/v4";
  for (const auto& [url, error] : {
           BadUrl{"", "base_url '': neither http:// nor https://" + expected},
           BadUrl{"api.cloudflare.com/client/v4",
                  "base_url 'api.cloudflare.com/client/v4': neither http:// nor https://" + expected},
           BadUrl{"ftp://host", "base_url 'ftp://host': neither http:// nor https://" + expected},
           BadUrl{"https:///client", "base_url 'https:///client': no host" + expected},
           BadUrl{"http://a b/", "base_url 'http://a b/': not a URL" + expected},
           BadUrl{"http://host/?x=1", "base_url 'http://host/?x=1': a query or fragment has no use there" + expected},
           BadUrl{"http://host/#x", "base_url 'http://host/#x': a query or fragment has no use there" + expected},
           BadUrl{"http://host:99999", "base_url 'http://host:99999': no such port" + expected},
           BadUrl{"http://[::1]:8080",
                  "base_url 'http://[::1]:8080': the HTTP library needs a host name in place of an IPv6 address" +
                      expected},
           BadUrl{"https://user:hidden@host", "base_url: a user and password have no use there; leave them out"},
       }) {
    CpprestTransportOptions options;
    options.base_url = url;
    const auto transport = MakeCpprestTransport(options);
    ASSERT_FALSE(transport.has_value()) << url;
    EXPECT_EQ(transport.error(), error);
  }
}

TEST(CpprestTransportOptions, TheDefaultsWork) {
  EXPECT_TRUE(MakeCpprestTransport({}).has_value());
}

}  // namespace
}  // namespace workers_builds
