#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/e2e/json.h"
#include "tests/e2e/truth.h"
#include "tests/e2e/webhook.h"
#include "tests/support/wait_until.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using support::TemporaryFolder;
using support::WaitUntil;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

constexpr auto kDeadline = 20s;
const std::string kRules = SOURCE_DIR "/deploy/prometheus/";

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Two scripts that build what they are told to.
std::string QuietScenario() {
  return "accounts:\n  - id: " + std::string(kAccountId) + "\n    name: " + kAccountName +
         "\n    history: 0\n    builds_per_hour: 0\n    scripts: [{name: shop-web}, {name: blog}]\n"
         "tokens:\n  - {value: " +
         kToken + "}\n";
}

/// The rules as they are shipped, but evaluated as often as the configuration says.
std::string RulesWithoutIntervals(const TemporaryFolder& folder) {
  std::filesystem::create_directory(folder.Path("rules"));
  for (const auto& entry : std::filesystem::directory_iterator(kRules)) {
    if (entry.path().extension() != ".yml") continue;
    std::istringstream lines(ReadFile(entry.path()));
    std::string kept;
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("    interval: ")) kept += line + "\n";
    }
    folder.Write("rules/" + entry.path().filename().string(), kept);
  }
  return folder.Path("rules/*.yml");
}

/// What the README tells people to put into Alertmanager's configuration.
std::string InhibitRulesOfTheReadme() {
  const std::string readme = ReadFile(kRules + "README.md");
  const std::size_t begin = readme.find("\ninhibit_rules:\n") + 1;
  return readme.substr(begin, readme.find("```", begin) - begin);
}

std::string AlertmanagerConfig(const std::string& webhook_url) {
  return "route: {receiver: webhook, group_by: [alertname], group_wait: 1s, group_interval: 1s, repeat_interval: 1h}\n"
         "receivers: [{name: webhook, webhook_configs: [{url: '" +
         webhook_url + "', send_resolved: true}]}]\n" + InhibitRulesOfTheReadme();
}

/// From the simulator to the webhook, with both scripts built once.
class Alerts : public ::testing::Test {
 protected:
  void SetUp() override {
    Build("blog", "success");
    Build("shop-web", "success");
    simulator_.Speed(60);
    ASSERT_TRUE(WaitUntil([&] { return FailuresInARow("shop-web") == 0 && FailuresInARow("blog") == 0; }, kDeadline))
        << exporter_.Page();
  }

  /// Returns the UUID of the last of `count` builds.
  std::string Build(const std::string& script, const std::string& outcome, int count = 1) const {
    const std::string answer =
        simulator_.Post("builds", R"({"branch_class":"production","queue":1,"init":1,"run":2,"script":")" + script +
                                      R"(","outcome":")" + outcome + R"(","count":)" + std::to_string(count) + "}");
    const rapidjson::Document made = ParseJson(answer);
    const auto& uuids = made["build_uuids"].GetArray();
    return uuids[uuids.Size() - 1].GetString();
  }

  std::optional<double> FailuresInARow(const std::string& script) const {
    const auto samples = ReadPage(exporter_).samples;
    const auto found =
        samples.find({"cloudflare_workers_builds_consecutive_failures",
                      {{"account", kAccountName}, {"script_name", script}, {"branch_class", "production"}}});
    return found == samples.end() ? std::nullopt : std::optional(found->second);
  }

  /// The first notification about this alert of the script with this status.
  std::optional<Notified> WaitFor(const std::string& alert, const std::string& script,
                                  const std::string& status) const {
    std::optional<Notified> found;
    WaitUntil([&] { return (found = Find(alert, script, status)).has_value(); }, kDeadline);
    return found;
  }

  std::optional<Notified> Find(const std::string& alert, const std::string& script, const std::string& status) const {
    for (const Notified& one : webhook_.Received()) {
      const bool is_it = ::testing::Matches(
          AllOf(Contains(Pair("alertname", alert)), Contains(Pair("script_name", script))))(one.labels);
      if (is_it && one.status == status) return one;
    }
    return std::nullopt;
  }

  /// How many alerts of this name Alertmanager keeps back for another.
  int Inhibited(const std::string& alert) const {
    const rapidjson::Document alerts = ParseJson(alertmanager_.Alerts());
    int inhibited = 0;
    for (const auto& one : alerts.GetArray()) {
      inhibited += one["labels"]["alertname"].GetString() == alert && !one["status"]["inhibitedBy"].Empty();
    }
    return inhibited;
  }

  TemporaryFolder folder_;
  Simulator simulator_{folder_, QuietScenario()};
  Exporter exporter_{folder_.Write("exporter.yaml", ConfigText(simulator_.base_url()))};
  Webhook webhook_;
  Alertmanager alertmanager_{folder_, AlertmanagerConfig(webhook_.url())};
  Prometheus prometheus_{folder_,
                         {{"workers_builds", exporter_.address()}},
                         "rule_files: ['" + RulesWithoutIntervals(folder_) + "']\n" +
                             "alerting: {alertmanagers: [{static_configs: [{targets: ['" + alertmanager_.address() +
                             "']}]}]}\n"};
};

TEST_F(Alerts, TellOfAProductionBuildThatFailsAndOfItsRepair) {
  const std::string failed = Build("shop-web", "fail");
  const auto firing = WaitFor("ProductionBuildFailing", "shop-web", "firing");
  ASSERT_TRUE(firing) << "no notification; Prometheus says:\n" << prometheus_.Ask("alerts", {});
  EXPECT_THAT(firing->labels, ElementsAre(Pair("account", kAccountName), Pair("alertname", "ProductionBuildFailing"),
                                          Pair("branch_class", "production"), Pair("job", "workers_builds"),
                                          Pair("script_name", "shop-web"), Pair("severity", "warning")));
  EXPECT_EQ(firing->annotations.at("summary"), "Production build of shop-web is failing");
  EXPECT_THAT(firing->annotations.at("description"), AllOf(HasSubstr("since the last success: 1."), HasSubstr(failed)));
  EXPECT_EQ(firing->annotations.at("runbook_url"), "deploy/prometheus/RUNBOOK.md#productionbuildfailing");

  Build("shop-web", "success");
  const auto resolved = WaitFor("ProductionBuildFailing", "shop-web", "resolved");
  ASSERT_TRUE(resolved) << "it is not told that it is mended; Prometheus says:\n" << prometheus_.Ask("alerts", {});
  EXPECT_EQ(resolved->labels, firing->labels) << "another alert was resolved";
  EXPECT_THAT(webhook_.Received(),
              Each(Field(&Notified::labels, Contains(Pair("alertname", "ProductionBuildFailing")))))
      << "nothing else is wrong here";
}

TEST_F(Alerts, OfOneScriptAreKeptBackForTheStrongestOne) {
  simulator_.Speed(0);
  Build("shop-web", "fail", 3);
  simulator_.Advance(1min);
  simulator_.Speed(60);
  ASSERT_TRUE(WaitUntil([&] { return FailuresInARow("shop-web") == 3; }, kDeadline)) << exporter_.Page();
  const auto firing = WaitFor("ConsecutiveFailures", "shop-web", "firing");
  ASSERT_TRUE(firing) << "no notification; Prometheus says:\n" << prometheus_.Ask("alerts", {});
  EXPECT_THAT(firing->labels, AllOf(Contains(Pair("severity", "critical")), Contains(Pair("script_name", "shop-web"))));
  EXPECT_TRUE(WaitUntil([&] { return Inhibited("ProductionBuildFailing") == 1; }, kDeadline)) << alertmanager_.Alerts();

  Build("blog", "fail");
  const auto other = WaitFor("ProductionBuildFailing", "blog", "firing");
  EXPECT_TRUE(other) << "another script's alert is kept back, too: " << alertmanager_.Alerts();
  EXPECT_FALSE(Find("ProductionBuildFailing", "shop-web", "firing"));
}

}  // namespace
}  // namespace e2e
