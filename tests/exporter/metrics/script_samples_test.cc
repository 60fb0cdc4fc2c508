#include "exporter/metrics/script_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/ledger_world.h"
#include "tests/support/page_text.h"

namespace exporter::metrics {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using support::BuildLife;
using support::BuildOutcome;
using support::EndedAt;
using support::kT0;
using support::LedgerWorld;
using support::SamplesOf;
using support::TextOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kProduction[] = R"(account="account",script_name="shop",branch_class="production")";

/// The samples of one family of the script `shop`, of its production builds only.
std::vector<std::string> Production(const LedgerWorld& world, const std::string& name) {
  std::vector<std::string> lines = SamplesOf(TextOf(world.ledger), name);
  std::erase_if(lines, [](const std::string& line) { return line.find(kProduction) == std::string::npos; });
  return lines;
}

std::string Line(const std::string& name, const std::string& more, const std::string& value) {
  return name + "{" + kProduction + (more.empty() ? "" : "," + more) + "} " + value;
}

TEST(ScriptSamples, AScriptWithoutABuildHasOnlyItsFacts) {
  LedgerWorld world;
  world.Discover({{"shop", "tag"}});
  EXPECT_THAT(SamplesOf(TextOf(world.ledger), "script_info"),
              ElementsAre(R"(script_info{account="account",script_name="shop",script_tag="tag",repository="",)"
                          R"(provider="",production_branch=""} 1)"));
  EXPECT_THAT(SamplesOf(TextOf(world.ledger), "completed_total"), IsEmpty());
  EXPECT_THAT(SamplesOf(TextOf(world.ledger), "latest_status"), IsEmpty());
}

TEST(ScriptSamples, FactsComeFromTheNewestBuildsTrigger) {
  LedgerWorld world;
  world.Discover({{"shop", "tag"}});
  workers_builds::Build build = BuildLife{}.Queued();
  build.trigger->repo_connection = {.provider_type = "github", .provider_account_name = "acme", .repo_name = "shop"};
  world.See("tag", {build});
  EXPECT_THAT(SamplesOf(TextOf(world.ledger), "script_info"),
              ElementsAre(R"(script_info{account="account",script_name="shop",script_tag="tag",)"
                          R"(repository="acme/shop",provider="github",production_branch="main"} 1)"));
}

TEST(ScriptSamples, TheFiveDocumentedOutcomesAreThereFromTheFirstBuildOn) {
  LedgerWorld world;
  world.Discover({{"shop", "tag"}});
  world.See("tag", {EndedAt(1, minutes(5)).Stopped()});
  EXPECT_THAT(Production(world, "completed_total"), Not(IsEmpty()));
  std::vector<std::string> lines = SamplesOf(TextOf(world.ledger), "completed_total");
  std::erase_if(lines, [](const std::string& line) { return line.find("unknown") != std::string::npos; });
  EXPECT_EQ(lines.size(), 10U) << "production and preview, five outcomes each";
  EXPECT_THAT(lines, ::testing::Contains(Line("completed_total", R"(outcome="success")", "1")));
}

TEST(ScriptSamples, AStateIsAFullSetWithExactlyOneThatIs1) {
  LedgerWorld world;
  world.Discover({{"shop", "tag"}});
  world.See("tag", {BuildLife{}.Running()});
  EXPECT_THAT(Production(world, "latest_status"), ElementsAre(Line("latest_status", R"(status="initializing")", "0"),
                                                              Line("latest_status", R"(status="queued")", "0"),
                                                              Line("latest_status", R"(status="running")", "1"),
                                                              Line("latest_status", R"(status="stopped")", "0"),
                                                              Line("latest_status", R"(status="unknown")", "0")));
}

TEST(ScriptSamples, PhasesAreSecondsAndTheBuildsThatWentThroughThem) {
  LedgerWorld world;
  world.Discover({{"shop", "tag"}});
  BuildLife life = EndedAt(1, minutes(5));
  life.run = std::chrono::milliseconds(30'500);
  world.Walk("tag", {life.Stopped()}, kT0 + minutes(10));
  EXPECT_THAT(Production(world, "phase_seconds_total"),
              ElementsAre(Line("phase_seconds_total", R"(phase="init")", "20"),
                          Line("phase_seconds_total", R"(phase="queue")", "10"),
                          Line("phase_seconds_total", R"(phase="run")", "30.5")));
  EXPECT_THAT(Production(world, "phase_builds_total"), ElementsAre(Line("phase_builds_total", R"(phase="init")", "1"),
                                                                   Line("phase_builds_total", R"(phase="queue")", "1"),
                                                                   Line("phase_builds_total", R"(phase="run")", "1")));
  EXPECT_THAT(Production(world, "last_phase_seconds"),
              ElementsAre(Line("last_phase_seconds", R"(phase="init")", "20"),
                          Line("last_phase_seconds", R"(phase="queue")", "10"),
                          Line("last_phase_seconds", R"(phase="run")", "30.5")));
}

TEST(ScriptSamples, StreakAndTimestampsWaitForTheFirstWalk) {
  LedgerWorld world;
  world.Discover({{"shop", "tag"}});
  const auto failed = EndedAt(1, minutes(5), BuildOutcome::kFail).Stopped();
  world.See("tag", {failed});
  for (const char* name : {"consecutive_failures", "last_failure_timestamp_seconds", "last_completed_outcome"}) {
    EXPECT_THAT(Production(world, name), IsEmpty()) << name;
  }
  world.Walk("tag", {failed}, kT0 + minutes(6));
  EXPECT_THAT(Production(world, "consecutive_failures"), ElementsAre(Line("consecutive_failures", "", "1")));
  EXPECT_THAT(Production(world, "last_failure_timestamp_seconds"),
              ElementsAre(Line("last_failure_timestamp_seconds", "", "1786579500")));
  EXPECT_THAT(Production(world, "last_success_timestamp_seconds"), IsEmpty());
  EXPECT_THAT(Production(world, "last_completed_outcome"),
              ElementsAre(Line("last_completed_outcome", R"(outcome="fail")", "1"),
                          Line("last_completed_outcome", R"(outcome="success")", "0"),
                          Line("last_completed_outcome", R"(outcome="terminated")", "0"),
                          Line("last_completed_outcome", R"(outcome="unknown")", "0")));
}

TEST(ScriptSamples, TheLastFailedBuildIsShownUntilASuccess) {
  LedgerWorld world;
  world.Discover({{"shop", "tag"}});
  world.Walk("tag", {EndedAt(1, minutes(5), BuildOutcome::kFail).Stopped()}, kT0 + minutes(6));
  EXPECT_THAT(Production(world, "last_failed_build_info"),
              ElementsAre(Line("last_failed_build_info",
                               R"(build_uuid="00000000-0000-0000-0000-000000000001",trigger="push")", "1")));
  world.Walk("tag", {EndedAt(2, minutes(8)).Stopped()}, kT0 + minutes(9));
  EXPECT_THAT(Production(world, "last_failed_build_info"), IsEmpty());
  EXPECT_THAT(Production(world, "latest_build_info"),
              ElementsAre(Line("latest_build_info",
                               R"(build_uuid="00000000-0000-0000-0000-000000000002",trigger="push")", "1")));
}

TEST(ScriptSamples, StuckBuildsAreFoundByWhenTheyEnteredTheirStatus) {
  LedgerWorld world;
  world.Discover({{"shop", "tag"}});
  world.See("tag", {BuildLife{.number = 1}.Running(), BuildLife{.number = 2, .created = kT0 - hours(1)}.Running(),
                    BuildLife{.number = 3}.Queued()});
  EXPECT_THAT(Production(world, "script_oldest_active_timestamp_seconds"),
              ElementsAre(Line("script_oldest_active_timestamp_seconds", R"(status="queued")", "1786579200"),
                          Line("script_oldest_active_timestamp_seconds", R"(status="running")", "1786575630")));
}

TEST(ScriptSamples, ALostBuildIsUnknownAndNotActive) {
  LedgerWorld world;
  world.Discover({{"shop", "tag"}});
  world.See("tag", {BuildLife{}.Running()});
  world.ledger.MarkLost(world.Script("tag").id, support::UuidOf(1));
  EXPECT_THAT(Production(world, "latest_status"),
              ::testing::Contains(Line("latest_status", R"(status="unknown")", "1")));
  EXPECT_THAT(Production(world, "script_oldest_active_timestamp_seconds"), IsEmpty());
}

TEST(ScriptSamples, TheClassUnknownIsThereOnlyWithABuildOfIt) {
  LedgerWorld world;
  world.Discover({{"shop", "tag"}});
  world.See("tag", {BuildLife{.number = 1}.Queued()});
  EXPECT_THAT(TextOf(world.ledger), Not(HasSubstr(R"(script_name="shop",branch_class="unknown")")));
  world.See("tag", {BuildLife{.number = 2, .branches = {}}.Queued()});
  EXPECT_THAT(TextOf(world.ledger),
              HasSubstr(R"(submitted_total{account="account",script_name="shop",branch_class="unknown"} 1)"));
}

TEST(ScriptSamples, NamesAreEscaped) {
  LedgerWorld world;
  world.Discover({{"a\"b\\c\nd", "tag"}});
  EXPECT_THAT(TextOf(world.ledger), HasSubstr(R"(script_name="a\"b\\c\nd")"));
}

TEST(ScriptSamples, HeldCountersShowOldNewsAndTheRestAsItIs) {
  LedgerWorld world;
  world.Discover({{"other", "other"}});
  world.Discover({{"other", "other"}, {"shop", "tag"}}, kT0 + minutes(10));
  world.Walk("tag", {EndedAt(1, minutes(-5)).Stopped(), EndedAt(2, minutes(8), BuildOutcome::kFail).Stopped()},
             kT0 + minutes(11));
  const auto text = [&] {
    FamilyTexts texts;
    WriteScript("account", world.ledger, world.Script("tag"), texts);
    return support::Join(texts);
  };
  const std::string failures = std::string("completed_total{") + kProduction + R"(,outcome="fail"} )";
  EXPECT_THAT(text(), HasSubstr(failures + "0\n"));
  EXPECT_THAT(text(), HasSubstr(std::string("consecutive_failures{") + kProduction + "} 1\n"));
  world.ReleaseAll();
  EXPECT_THAT(text(), HasSubstr(failures + "1\n"));
}

}  // namespace
}  // namespace exporter::metrics
