#include <gmock/gmock.h>

#include <chrono>
#include <optional>
#include <string>

#include "tests/e2e/truth.h"
#include "tests/support/wait_until.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using support::Samples;
using support::SeriesId;
using support::TemporaryFolder;
using support::WaitUntil;

constexpr auto kDeadline = 15s;

double Completed(const Exporter& exporter) {
  return support::Sum(ReadPage(exporter).samples, "cloudflare_workers_builds_completed_total");
}

/// When the newest scrape that is stored began, in seconds since 1970.
double LastScrape(const Prometheus& prometheus) {
  const std::string answer = prometheus.Query("timestamp(up{job=\"exporter\"})");
  const Samples samples = answer.empty() ? Samples{} : SamplesOf(answer);
  return samples.empty() ? 0 : samples.begin()->second;
}

double Now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// To Prometheus an empty label is none.
Samples WithoutEmptyLabels(const Samples& samples) {
  Samples result;
  for (const auto& [series, value] : samples) {
    SeriesId shorter = series;
    std::erase_if(shorter.labels, [](const auto& label) { return label.second.empty(); });
    result[shorter] = value;
  }
  return result;
}

/// What every scrape changes: it is compared by name alone.
bool MovesByItself(const SeriesId& series) {
  return !series.name.starts_with("cloudflare_workers_builds_");
}

TEST(Prometheus, StoresWhatThePageSaysAndThePageSaysWhatIsTrue) {
  const TemporaryFolder folder;
  const Simulator simulator(folder, ScenarioText());
  const Exporter exporter(folder.Write("exporter.yaml", ConfigText(simulator.base_url())));
  const Prometheus prometheus(folder, {{"exporter", exporter.address()}});
  ASSERT_EQ(DifferenceAfter(simulator, exporter, kDeadline), "") << "before anything happened";

  simulator.Speed(60);
  ASSERT_TRUE(WaitUntil([&] { return Completed(exporter) >= 10; }, kDeadline))
      << "the exporter saw no ten builds end:\n"
      << exporter.Page();
  simulator.Speed(0);
  ASSERT_EQ(DifferenceAfter(simulator, exporter, kDeadline), "") << "after the clock stood still";

  const Samples page = WithoutEmptyLabels(ReadPage(exporter).samples);
  const double read_at = Now();
  ASSERT_TRUE(WaitUntil([&] { return LastScrape(prometheus) > read_at; }, kDeadline)) << "Prometheus stopped scraping";
  const Samples stored = SamplesOf(prometheus.Query("{job=\"exporter\"}"));
  EXPECT_EQ(support::Differences(support::WithPrefix(page, "cloudflare_workers_builds_"),
                                 support::WithPrefix(stored, "cloudflare_workers_builds_")),
            "");
  std::string missing;
  for (const auto& [series, value] : page) {
    if (MovesByItself(series) && !stored.contains(series)) missing += support::ToText(series) + "\n";
  }
  EXPECT_EQ(missing, "") << "series of the exporter itself that Prometheus does not have";
  EXPECT_EQ(stored.at({"up", {}}), 1);
  const std::string own = prometheus.Page();
  EXPECT_THAT(own, ::testing::HasSubstr("\nprometheus_target_scrapes_exemplar_out_of_order_total 0\n"))
      << "the exemplars of a page that changes do not go back in time";
  EXPECT_THAT(own, ::testing::Not(::testing::HasSubstr("\nprometheus_tsdb_exemplar_exemplars_appended_total 0\n")));
  EXPECT_EQ(stored.at({"cloudflare_workers_builds_up", {{"account", kAccountName}}}), 1);
}

}  // namespace
}  // namespace e2e
