#include <gmock/gmock.h>

#include "exporter/ledger/ledger.h"
#include "tests/support/ledger_world.h"
#include "tests/support/page_text.h"

namespace exporter::ledger {
namespace {

using support::EndedAt;
using support::kT0;
using support::LedgerWorld;
using support::SamplesOf;
using support::UuidOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

const KeptDetails kRevisions{.histograms = {}, .histogram_bounds = {}, .revisions = true};

workers_builds::Build Of(workers_builds::Build build, const std::string& branch, const std::string& commit) {
  build.metadata.branch = branch;
  build.metadata.commit_hash = commit;
  return build;
}

/// With the labels that the configuration asks for.
std::vector<std::string> Shown(const Ledger& ledger, const std::string& name, bool branch = true, bool commit = true) {
  config::Metrics metrics;
  metrics.latest_build_labels = {.branch = branch, .commit_hash = commit};
  return SamplesOf(support::TextOf(ledger, metrics), name);
}

TEST(Revision, IsOnTheSeriesThatNameABuild) {
  LedgerWorld world(std::nullopt, kRevisions);
  world.Discover({{"shop", "tag"}});
  world.Walk("tag",
             {Of(EndedAt(1, 10min, BuildOutcome::kFail).Stopped(), "main", "abc"),
              Of(EndedAt(2, 20min, BuildOutcome::kCancelled).Stopped(), "ma\"in", "def")},
             kT0 + 1h);
  const std::string labels = R"(account="account",script_name="shop",branch_class="production",build_uuid=)";
  EXPECT_THAT(Shown(world.ledger, "latest_build_info"),
              ElementsAre("latest_build_info{" + labels + R"("00000000-0000-0000-0000-000000000002",trigger="push",)" +
                          R"(branch="ma\"in",commit_hash="def"} 1)"));
  EXPECT_THAT(Shown(world.ledger, "last_failed_build_info"),
              ElementsAre(HasSubstr(R"(branch="main",commit_hash="abc")")));
  EXPECT_THAT(Shown(world.ledger, "latest_build_info", false, true),
              ElementsAre(HasSubstr(R"(trigger="push",commit_hash="def"})")));
}

TEST(Revision, IsThereAfterARestart) {
  LedgerWorld world(std::nullopt, kRevisions);
  world.Discover({{"shop", "tag"}});
  world.Walk("tag",
             {Of(EndedAt(1, 10min, BuildOutcome::kFail).Stopped(), "main", "abc"),
              Of(EndedAt(2, 20min, BuildOutcome::kSkipped).Stopped(), "main", "def")},
             kT0 + 1h);
  Ledger restarted(world.store, {{"account", {}}}, DefaultBucketBounds(), kRevisions);
  ASSERT_TRUE(restarted.Load());
  for (const char* name : {"latest_build_info", "last_failed_build_info"}) {
    EXPECT_EQ(Shown(restarted, name), Shown(world.ledger, name));
  }
}

TEST(Revision, IsTakenOverWhenItIsAskedForLater) {
  LedgerWorld world;
  world.Discover({{"shop", "tag"}});
  const auto failure = Of(EndedAt(1, 10min, BuildOutcome::kFail).Stopped(), "main", "abc");
  world.Walk("tag", {failure}, kT0 + 1h);
  EXPECT_EQ(world.store.builds.at(UuidOf(1)).revision, Revision()) << "nobody had asked for it";
  Ledger restarted(world.store, {{"account", {}}}, DefaultBucketBounds(), kRevisions);
  ASSERT_TRUE(restarted.Load());
  EXPECT_THAT(Shown(restarted, "last_failed_build_info"), ElementsAre(HasSubstr(R"(branch="",commit_hash="")")));
  ScriptUpdate update;
  update.builds = {failure};
  const auto before = restarted.account(0).counters;
  EXPECT_TRUE(restarted.Apply(0, {&update, 1}, kT0 + 2h).changed.contains(0));
  EXPECT_THAT(Shown(restarted, "last_failed_build_info"), ElementsAre(HasSubstr(R"(branch="main",commit_hash="abc")")));
  EXPECT_EQ(restarted.account(0).counters, before) << "and nothing is counted again";
}

}  // namespace
}  // namespace exporter::ledger
