#include "exporter/metrics/process_metrics.h"

#include <gmock/gmock.h>

#include <limits>

namespace exporter::metrics {
namespace {

constexpr std::string_view kStat =
    "4242 (workers (b) x) S 1 4242 4242 0 -1 4194304 9 0 0 0 250 50 0 0 20 0 7 0 123400 104857600 2560 "
    "18446744073709551615 1 1 0\n";

TEST(ProcessMetrics, ReadsTheStatLineOfAProgramWhoseNameHasParentheses) {
  EXPECT_EQ(ParseProcessStat(kStat), (ProcessStat{.user_ticks = 250,
                                                  .system_ticks = 50,
                                                  .threads = 7,
                                                  .start_ticks = 123'400,
                                                  .virtual_bytes = 104'857'600,
                                                  .resident_pages = 2'560}));
}

TEST(ProcessMetrics, ReadsNothingFromAnythingElse) {
  EXPECT_EQ(ParseProcessStat(""), std::nullopt);
  EXPECT_EQ(ParseProcessStat("no parenthesis"), std::nullopt);
  EXPECT_EQ(ParseProcessStat(kStat.substr(0, kStat.find(" 2560"))), std::nullopt) << "cut short";
  EXPECT_EQ(ParseProcessStat("1 (x) S a b c"), std::nullopt);
}

TEST(ProcessMetrics, ReadsTheBootTime) {
  EXPECT_EQ(ParseBootTime("cpu  1 2 3\nintr 1\nbtime 1786500000\nprocesses 1\n"), 1'786'500'000);
  EXPECT_EQ(ParseBootTime("cpu 1 2 3\n"), std::nullopt);
  EXPECT_EQ(ParseBootTime("cpu 1\nbtime x\n"), std::nullopt);
}

TEST(ProcessMetrics, WritesWhatIsKnownAndLeavesOutTheRest) {
  ProcessUsage usage;
  usage.cpu_seconds = 3.25;
  usage.open_fds = 12;
  usage.max_fds = std::numeric_limits<double>::infinity();
  std::string page;
  AppendProcessMetrics(page, exposition::Format::kText, FamilySelection(), usage);
  EXPECT_EQ(page,
            "# HELP process_cpu_seconds_total User and system CPU time spent.\n"
            "# TYPE process_cpu_seconds_total counter\n"
            "process_cpu_seconds_total 3.25\n"
            "# HELP process_max_fds Most file descriptors that may be open.\n"
            "# TYPE process_max_fds gauge\n"
            "process_max_fds +Inf\n"
            "# HELP process_open_fds Open file descriptors.\n"
            "# TYPE process_open_fds gauge\n"
            "process_open_fds 12\n");
}

TEST(ProcessMetrics, AreTheFamiliesThatPatternsAreComparedWith) {
  std::string page;
  AppendProcessMetrics(page, exposition::Format::kText, FamilySelection(), ReadProcessUsage());
  for (const std::string_view name : kProcessFamilies) {
    EXPECT_NE(page.find("# TYPE " + std::string(name) + " "), std::string::npos) << name;
  }
  std::size_t families = 0;
  for (std::size_t at = 0; (at = page.find("# TYPE ", at)) != std::string::npos; ++at) ++families;
  EXPECT_EQ(families, kProcessFamilies.size());
}

TEST(ProcessMetrics, KnowsThisProcess) {
  const ProcessUsage usage = ReadProcessUsage();
  EXPECT_GE(usage.open_fds.value_or(-1), 3);
  EXPECT_GT(usage.max_fds.value_or(0), 3);
  EXPECT_GT(usage.resident_bytes.value_or(0), 100'000);
  EXPECT_GE(usage.virtual_bytes.value_or(0), *usage.resident_bytes);
  EXPECT_GE(usage.threads.value_or(0), 1);
  EXPECT_GT(usage.start_time_seconds.value_or(0), 1.6e9);
  EXPECT_EQ(ReadProcessUsage().start_time_seconds, usage.start_time_seconds);
}

}  // namespace
}  // namespace exporter::metrics
