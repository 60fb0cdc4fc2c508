// The same page in both formats, as readers that are not ours understand it.
#include <gmock/gmock.h>

#include <cmath>
#include <set>
#include <string>
#include <tuple>

#include "tests/e2e/json.h"
#include "tests/e2e/settled_page.h"
#include "tests/support/wait_until.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using support::Finished;
using support::Samples;
using support::WaitUntil;
using ::testing::EndsWith;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

constexpr auto kDeadline = 15s;

/// What compare_formats.py says.
std::string Compare(const SettledPage& page) {
  const std::string text = page.folder().Write("page.txt", page.Text());
  const std::string open_metrics = page.folder().Write("page.openmetrics", page.OpenMetrics());
  const Finished finished = support::Run(
      {.program = "/usr/bin/python3", .arguments = {SOURCE_DIR "/tests/e2e/compare_formats.py", text, open_metrics}},
      30s);
  EXPECT_EQ(finished.exit_code, 0) << finished.stderr_text;
  return finished.stdout_text;
}

TEST(Formats, SayTheSameToThePrometheusClientOfPython) {
  const SettledPage page;
  EXPECT_THAT(Compare(page), MatchesRegex("[1-9][0-9]+ samples, [1-9][0-9]* exemplars, 0 created\n"));
  EXPECT_THAT(page.OpenMetrics(), EndsWith("\n# EOF\n"));
}

TEST(Formats, SayTheSameWithInstantsOfCreation) {
  const SettledPage page("  created_timestamps: true\n");
  EXPECT_THAT(Compare(page), MatchesRegex("[1-9][0-9]+ samples, [1-9][0-9]* exemplars, [1-9][0-9]+ created\n"));
}

TEST(Formats, ThePagePleasesPromtoolWhateverIsShown) {
  for (const char* more : {"  profile: minimal\n", "  latest_build_labels: [branch, commit_hash]\n"}) {
    const SettledPage page(more);
    const std::string file = page.folder().Write("page.txt", page.Text());
    const Finished finished =
        support::Run({.program = "promtool", .arguments = {"check", "metrics"}, .standard_input = file});
    EXPECT_EQ(finished.exit_code, 0);
    EXPECT_EQ(finished.stdout_text + finished.stderr_text, "") << more;
  }
}

/// Passes scrapes on and asks for the text format.
class TextProxy {
 public:
  explicit TextProxy(const std::string& target)
      : process_({.program = "/usr/bin/python3", .arguments = {SOURCE_DIR "/tests/e2e/text_proxy.py", target}}) {
    constexpr std::string_view kWords = "listening on ";
    const auto line = process_.WaitForLine(support::Output::kStdout, kWords, kDeadline);
    if (!line) throw std::runtime_error("the proxy did not start: " + process_.Text(support::Output::kStderr));
    address_ = line->substr(kWords.size());
  }
  const std::string& address() const { return address_; }

 private:
  support::ChildProcess process_;
  std::string address_;
};

/// UUID, value in milliseconds, instant in milliseconds.
using Exemplar = std::tuple<std::string, std::int64_t, std::int64_t>;

std::int64_t Milliseconds(double seconds) {
  return std::llround(seconds * 1000);
}

std::set<Exemplar> ExemplarsOf(const std::string& page) {
  std::set<Exemplar> exemplars;
  const std::string begin = " # {build_uuid=\"";
  for (std::size_t at = 0; (at = page.find(begin, at)) != std::string::npos; ++at) {
    const std::string uuid = page.substr(at + begin.size(), 36);
    std::istringstream rest(page.substr(at + begin.size() + 38, 60));
    double value = 0;
    double instant = 0;
    rest >> value >> instant;
    exemplars.emplace(uuid, Milliseconds(value), Milliseconds(instant));
  }
  return exemplars;
}

std::set<Exemplar> ExemplarsIn(const Prometheus& prometheus) {
  const rapidjson::Document answer = ParseJson(prometheus.Ask(
      "query_exemplars", {"query={job=\"exporter\",__name__=~\".+_bucket\"}", "start=0", "end=4102444800"}));
  std::set<Exemplar> exemplars;
  for (const auto& series : answer["data"].GetArray()) {
    for (const auto& exemplar : series["exemplars"].GetArray()) {
      exemplars.emplace(exemplar["labels"]["build_uuid"].GetString(),
                        Milliseconds(std::stod(exemplar["value"].GetString())),
                        Milliseconds(exemplar["timestamp"].GetDouble()));
    }
  }
  return exemplars;
}

TEST(Formats, PrometheusStoresTheSameSeriesFromBothAndTheExemplars) {
  const SettledPage page;
  const TextProxy proxy(page.exporter().address());
  const Prometheus prometheus(page.folder(), {{"exporter", page.exporter().address()}, {"text", proxy.address()}});
  for (const char* job : {"exporter", "text"}) {
    const std::string up = std::string("up{job=\"") + job + "\"} == 1";
    ASSERT_TRUE(WaitUntil([&] { return !SamplesOf(prometheus.Query(up)).empty(); }, kDeadline)) << job;
  }
  const auto stored = [&](const std::string& job) {
    return support::WithPrefix(SamplesOf(prometheus.Query("{job=\"" + job + "\"}")), "cloudflare_workers_builds_");
  };
  const Samples from_open_metrics = stored("exporter");
  EXPECT_GT(from_open_metrics.size(), 500U);
  EXPECT_EQ(support::Differences(stored("text"), from_open_metrics), "");

  const std::set<Exemplar> on_page = ExemplarsOf(page.OpenMetrics());
  ASSERT_FALSE(on_page.empty());
  EXPECT_EQ(ExemplarsIn(prometheus), on_page);
  EXPECT_TRUE(ExemplarsOf(page.Text()).empty());
}

}  // namespace
}  // namespace e2e
