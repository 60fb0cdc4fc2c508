#include <gmock/gmock.h>

#include <set>
#include <string>

#include "tests/e2e/truth.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using support::ExpositionPage;
using support::Finished;
using support::TemporaryFolder;
using support::WithPrefix;
using ::testing::IsEmpty;

constexpr auto kDeadline = 15s;
const std::string kBuilds = "cloudflare_workers_builds_";

/// The page of an exporter that knows all of a simulated account.
class Page : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(DifferenceAfter(simulator_, exporter_, kDeadline), "");
    // Both encodings have been served once, so that their own series are there from now on.
    exporter_.Get("/metrics", {{"Accept-Encoding", "gzip"}});
  }

  Finished Curl(std::vector<std::string> flags) const {
    flags.insert(flags.end(),
                 {"-sS", "--max-time", "10", "--noproxy", "*", "http://" + exporter_.address() + "/metrics"});
    return support::Run({.program = "curl", .arguments = std::move(flags)});
  }

  const TemporaryFolder folder_;
  const Simulator simulator_{folder_, ScenarioText()};
  const Exporter exporter_{folder_.Write("exporter.yaml", ConfigText(simulator_.base_url()))};
};

std::set<support::SeriesId> SeriesOf(const ExpositionPage& page) {
  std::set<support::SeriesId> series;
  for (const auto& [id, value] : page.samples) series.insert(id);
  return series;
}

TEST_F(Page, PleasesPromtoolWithoutAWord) {
  const std::string file = folder_.Write("page.txt", exporter_.Page());
  const Finished finished =
      support::Run({.program = "promtool", .arguments = {"check", "metrics"}, .standard_input = file});
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_THAT(finished.stdout_text, IsEmpty());
  EXPECT_THAT(finished.stderr_text, IsEmpty());
}

TEST_F(Page, IsWholeAndTheSameWhenCurlAsksForItCompressed) {
  const Finished compressed = Curl({"--compressed"});
  ASSERT_EQ(compressed.exit_code, 0) << compressed.stderr_text;
  const auto unpacked = support::ParseExposition(compressed.stdout_text);
  ASSERT_TRUE(unpacked) << unpacked.error();
  const ExpositionPage plain = ReadPage(exporter_);
  EXPECT_EQ(support::Differences(WithPrefix(plain.samples, kBuilds), WithPrefix(unpacked->samples, kBuilds)), "");
  EXPECT_EQ(unpacked->types, plain.types);
  EXPECT_EQ(SeriesOf(*unpacked), SeriesOf(plain));
}

TEST_F(Page, IsCompressedOnlyForWhoAsks) {
  const support::HttpReply plain = exporter_.Get("/metrics");
  const support::HttpReply packed = exporter_.Get("/metrics", {{"Accept-Encoding", "gzip"}});
  EXPECT_FALSE(plain.headers.contains("content-encoding"));
  EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
  EXPECT_LT(packed.body.size(), plain.body.size() / 4);
  EXPECT_EQ(packed.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace
}  // namespace e2e
