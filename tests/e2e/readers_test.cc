// Readers that are not ours: what each of them makes of the compressed page is, byte for byte, the page.
#include <gmock/gmock.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "tests/e2e/settled_page.h"
#include "tests/support/gunzip.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using support::Finished;
using ::testing::HasSubstr;

struct Format {
  std::string accept;
  std::string body;
};

class Readers : public ::testing::Test {
 protected:
  static std::string Read(const std::string& program, std::vector<std::string> arguments) {
    const Finished finished = support::Run({.program = program, .arguments = std::move(arguments)}, 30s);
    EXPECT_EQ(finished.exit_code, 0) << program << ": " << finished.stderr_text;
    return finished.stdout_text;
  }

  /// The difference begins where it is shown: whole pages are too long to read.
  static void ExpectSame(const std::string& read, const std::string& page) {
    const std::size_t at = static_cast<std::size_t>(
        std::mismatch(read.begin(), read.end(), page.begin(), page.end()).first - read.begin());
    EXPECT_TRUE(read == page) << read.size() << " bytes instead of " << page.size() << "; from byte " << at << " on: '"
                              << read.substr(at, 200) << "' instead of '" << page.substr(at, 200) << "'";
  }

  const SettledPage page_;
  const std::array<Format, 2> formats_{
      {{"text/plain", page_.Text()}, {SettledPage::kOpenMetrics, page_.OpenMetrics()}}};
};

TEST_F(Readers, CurlReadsTheWholePage) {
  for (const Format& format : formats_) {
    ExpectSame(Read("curl", {"-sS", "--noproxy", "*", "--compressed", "-H", "Accept: " + format.accept, page_.url()}),
               format.body);
  }
}

TEST_F(Readers, WgetReadsTheWholePage) {
  for (const Format& format : formats_) {
    ExpectSame(Read("wget", {"-q", "--no-proxy", "-O", "-", "--compression=gzip", "--header=Accept: " + format.accept,
                             page_.url()}),
               format.body);
  }
}

TEST_F(Readers, ZlibReadsTheWholePage) {
  for (const Format& format : formats_) {
    const auto reply = page_.exporter().Get("/metrics", {{"Accept", format.accept}, {"Accept-Encoding", "gzip"}});
    ASSERT_EQ(reply.headers.at("content-encoding"), "gzip");
    ExpectSame(support::Gunzip(reply.body), format.body);
  }
}

TEST_F(Readers, PythonReadsTheWholePage) {
  const std::string script = R"(
import gzip, sys, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
request = urllib.request.Request(sys.argv[1], headers={"Accept": sys.argv[2], "Accept-Encoding": "gzip"})
with opener.open(request, timeout=10) as reply:
    assert reply.headers["Content-Encoding"] == "gzip"
    sys.stdout.buffer.write(gzip.decompress(reply.read()))
)";
  for (const Format& format : formats_) {
    ExpectSame(Read("/usr/bin/python3", {"-c", script, page_.url(), format.accept}), format.body);
  }
}

TEST_F(Readers, NodeReadsTheWholePage) {
  const std::string script = R"(
const [url, accept] = process.argv.slice(1);
require("http").get(url, {headers: {accept, "accept-encoding": "gzip"}}, (reply) => {
  if (reply.headers["content-encoding"] !== "gzip") throw new Error("not compressed");
  reply.pipe(require("zlib").createGunzip()).pipe(process.stdout);
});
)";
  for (const Format& format : formats_) {
    ExpectSame(Read("node", {"-e", script, page_.url(), format.accept}), format.body);
  }
}

TEST_F(Readers, ChromiumShowsTheWholePage) {
  // It asks for HTML, is given the text format, and shows it as preformatted text.
  std::string shown =
      Read("chromium", {"--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--no-proxy-server",
                        "--disable-background-networking", "--disable-component-update", "--disable-sync",
                        "--user-data-dir=" + page_.folder().Path("chromium"), "--dump-dom", page_.url()});
  const std::size_t begin = shown.find('>', shown.find("<pre")) + 1;
  const std::size_t end = shown.rfind("</pre>");
  ASSERT_LT(begin, end) << shown.substr(0, 500);
  shown = shown.substr(begin, end - begin);
  for (const auto& [entity, character] : {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}}) {
    for (std::size_t at = 0; (at = shown.find(entity, at)) != std::string::npos; ++at) {
      shown.replace(at, std::string_view(entity).size(), character);
    }
  }
  ExpectSame(shown, formats_[0].body);
}

TEST_F(Readers, ContentLengthIsExact) {
  for (const Format& format : formats_) {
    for (const char* encoding : {"identity", "gzip"}) {
      const support::Headers headers = {{"Accept", format.accept}, {"Accept-Encoding", encoding}};
      support::HttpConnection connection(page_.exporter().address());
      const auto head = connection.Request("HEAD", "/metrics", headers);
      const auto first = connection.Request("GET", "/metrics", headers);
      const auto second = connection.Request("GET", "/metrics", headers);
      EXPECT_EQ(first.status, 200) << first.error;
      EXPECT_EQ(std::to_string(first.body.size()), head.headers.at("content-length"));
      EXPECT_EQ(second.body, first.body) << "the second answer does not begin where the first ends";
      EXPECT_EQ(first.headers.at("vary"), "Accept, Accept-Encoding");
      EXPECT_THAT(first.headers.at("content-type"), HasSubstr("charset=utf-8"));
    }
  }
}

}  // namespace
}  // namespace e2e
