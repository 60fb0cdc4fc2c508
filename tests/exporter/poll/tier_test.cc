#include "exporter/poll/tier.h"

#include <gmock/gmock.h>

#include "tests/support/builds.h"

namespace exporter::poll {
namespace {

using support::BuildLife;
using support::kT0;
using namespace std::chrono_literals;

ledger::ScriptHistory WithNewest(const workers_builds::Build& build) {
  ledger::ScriptHistory script;
  script.classes[0].AddRow(ledger::Merge(nullptr, build, 0, kT0).row);
  return script;
}

TEST(Tier, ABuildUnderWayIsActive) {
  EXPECT_EQ(TierOf(WithNewest(BuildLife{}.Queued()), kT0 + 48h), Tier::kActive);
  EXPECT_EQ(TierOf(WithNewest(BuildLife{}.Running()), kT0 + 48h), Tier::kActive);
}

TEST(Tier, ABuildInTheLastDayIsRecent) {
  const auto script = WithNewest(BuildLife{}.Stopped());
  EXPECT_EQ(TierOf(script, kT0 + 1h), Tier::kRecent);
  EXPECT_EQ(TierOf(script, kT0 + 25h), Tier::kIdle);
}

TEST(Tier, AScriptWithoutBuildsAndOneWithALostBuildAreNotActive) {
  EXPECT_EQ(TierOf(ledger::ScriptHistory{}, kT0), Tier::kIdle);
  auto script = WithNewest(BuildLife{}.Running());
  script.classes[0].newest->lost = true;
  EXPECT_EQ(TierOf(script, kT0 + 48h), Tier::kIdle);
}

TEST(Tier, EachHasItsInterval) {
  const config::Poll poll;
  EXPECT_EQ(IntervalOf(Tier::kActive, poll), 10s);
  EXPECT_EQ(IntervalOf(Tier::kRecent, poll), 30s);
  EXPECT_EQ(IntervalOf(Tier::kIdle, poll), 5min);
}

}  // namespace
}  // namespace exporter::poll
