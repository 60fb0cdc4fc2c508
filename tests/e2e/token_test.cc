#include <gmock/gmock.h>

#include <string>

#include "tests/e2e/truth.h"
#include "tests/support/wait_until.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using support::Output;
using support::Samples;
using support::TemporaryFolder;
using support::WaitUntil;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kDeadline = 15s;

std::string ScenarioWithToken(const std::string& token, const std::string& more) {
  return ScenarioText("tokens:\n  - {value: " + token + more + "}\n");
}

void ExpectTheTokenNowhere(Exporter& exporter) {
  EXPECT_THAT(exporter.Log(), Not(HasSubstr(kToken))) << "in the log";
  EXPECT_THAT(exporter.Page(), Not(HasSubstr(kToken))) << "on the page";
  EXPECT_THAT(exporter.Get("/").body, Not(HasSubstr(kToken))) << "on the status page";
}

double Up(const Exporter& exporter) {
  return ReadPage(exporter).samples.at({"cloudflare_workers_builds_up", {{"account", kAccountName}}});
}

TEST(Token, ThatTheAccountOwnsIsExplained) {
  const TemporaryFolder folder;
  const Simulator simulator(folder, ScenarioWithToken(kToken, ", kind: account"));
  Exporter exporter(folder.Write("exporter.yaml", ConfigText(simulator.base_url())), {"--log.level=debug"});
  const auto line = exporter.process().WaitForLine(Output::kStderr, "level=error", kDeadline);
  ASSERT_TRUE(line) << exporter.Log();
  EXPECT_THAT(*line, AllOf(HasSubstr("owned by the account"), HasSubstr("user tokens only"),
                           HasSubstr("My Profile > API Tokens"), HasSubstr("Workers CI Read")));
  EXPECT_EQ(Up(exporter), 0);
  EXPECT_TRUE(
      WaitUntil([&] { return exporter.Get("/").body.find("owned by the account") != std::string::npos; }, kDeadline))
      << "the status page does not say why:\n"
      << exporter.Get("/").body;
  ExpectTheTokenNowhere(exporter);
}

TEST(Token, ThatNobodyKnowsIsExplained) {
  const TemporaryFolder folder;
  const Simulator simulator(folder, ScenarioWithToken("another-token", ""));
  Exporter exporter(folder.Write("exporter.yaml", ConfigText(simulator.base_url())), {"--log.level=debug"});
  const auto line = exporter.process().WaitForLine(Output::kStderr, "level=error", kDeadline);
  ASSERT_TRUE(line) << exporter.Log();
  EXPECT_THAT(*line, HasSubstr("does not know the token"));
  EXPECT_EQ(Up(exporter), 0);
  ExpectTheTokenNowhere(exporter);
}

TEST(Token, WithoutThePermissionForBuildsIsExplained) {
  const TemporaryFolder folder;
  const Simulator simulator(folder, ScenarioWithToken(kToken, ", permissions: [workers_scripts_read]"));
  Exporter exporter(folder.Write("exporter.yaml", ConfigText(simulator.base_url())), {"--log.level=debug"});
  const auto line = exporter.process().WaitForLine(Output::kStderr, "level=error", kDeadline);
  ASSERT_TRUE(line) << exporter.Log();
  EXPECT_THAT(*line, AllOf(HasSubstr("lacks a permission"), HasSubstr("Workers CI Read")));
  EXPECT_EQ(Up(exporter), 0);
  ExpectTheTokenNowhere(exporter);
}

TEST(Token, IsNeverShownWhileAllIsWell) {
  const TemporaryFolder folder;
  const Simulator simulator(folder, ScenarioText());
  Exporter exporter(folder.Write("exporter.yaml", ConfigText(simulator.base_url())), {"--log.level=debug"});
  ASSERT_EQ(DifferenceAfter(simulator, exporter, kDeadline), "");
  ExpectTheTokenNowhere(exporter);
}

}  // namespace
}  // namespace e2e
