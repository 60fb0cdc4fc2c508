#include "exporter/metrics/family_selection.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace exporter::metrics {
namespace {

using config::MetricsProfile;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

config::Metrics Config(MetricsProfile profile, std::vector<std::string> allow = {},
                       std::vector<std::string> deny = {}) {
  config::Metrics metrics;
  metrics.profile = profile;
  metrics.allow = std::move(allow);
  metrics.deny = std::move(deny);
  return metrics;
}

TEST(FamilySelection, TheStandardProfileShowsEverything) {
  for (const MetricsProfile profile : {MetricsProfile::kStandard, MetricsProfile::kFull}) {
    const FamilySelection shown(Config(profile));
    for (const FamilyInfo& info : Catalogue()) EXPECT_TRUE(shown.Shows(info.family)) << info.name;
    EXPECT_TRUE(shown.Shows("process_threads"));
  }
}

TEST(FamilySelection, TheMinimalProfileShowsWhatIsMarkedAsMinimal) {
  const FamilySelection shown(Config(MetricsProfile::kMinimal));
  for (const FamilyInfo& info : Catalogue()) {
    EXPECT_EQ(shown.Shows(info.family), info.profile == Profile::kMinimal) << info.name;
  }
  EXPECT_TRUE(shown.Shows("process_threads"));
}

TEST(FamilySelection, AllowAddsToTheProfileAndDenyWins) {
  const FamilySelection shown(Config(MetricsProfile::kMinimal,
                                     {"cloudflare_workers_builds_.*_status", ".*_submitted_total"},
                                     {".*_submitted_total", ".*_consecutive_failures", "process_.*"}));
  EXPECT_TRUE(shown.Shows(Family::kLatestStatus));
  EXPECT_FALSE(shown.Shows(Family::kSubmittedTotal));
  EXPECT_FALSE(shown.Shows(Family::kConsecutiveFailures));
  EXPECT_FALSE(shown.Shows("process_threads"));
  EXPECT_TRUE(shown.Shows(Family::kCompletedTotal));
}

TEST(FamilySelection, PatternsMatchWholeNames) {
  const FamilySelection shown(
      Config(MetricsProfile::kStandard, {}, {"completed_total", "cloudflare_workers_builds_up"}));
  EXPECT_TRUE(shown.Shows(Family::kCompletedTotal));
  EXPECT_FALSE(shown.Shows(Family::kUp));
}

TEST(FamilySelection, APatternThatMatchesNothingIsNamed) {
  EXPECT_THAT(PatternsWithoutFamily(Config(MetricsProfile::kStandard, {"complted_total", ".*_up"},
                                           {"process_cpu_seconds_total", "go_.*"})),
              ElementsAre("metrics.allow[0]", "metrics.deny[1]"));
  EXPECT_THAT(PatternsWithoutFamily({}), IsEmpty());
}

}  // namespace
}  // namespace exporter::metrics
