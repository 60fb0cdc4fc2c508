#include "tests/simulator/scenario_loader.h"

#include <gmock/gmock.h>

#include "tests/simulator/test_support.h"

namespace simulator {
namespace {

using ::testing::HasSubstr;

TEST(ScenarioLoaderTest, ReadsEverythingThatTheReadmeNames) {
  const auto scenario = LoadScenario(R"(
start: 2026-08-13T12:00:00Z
accounts:
  - id: 023e105f4ecef8ad9ca31a8372d0c353
    name: production
    plan: free
    slots: 2
    scripts:
      - {name: shop, weight: 10, failure_share: 0.5, typical_run: 90}
      - {name: static, connected: false}
    script_count: 5
    builds_per_hour: 12.5
    history: 40
    limit_reached: true
  - id: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
tokens:
  - value: t1
    kind: account
    permissions: [workers_scripts_read]
    accounts: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]
rate_limit: {requests: 100, window: 60}
faults:
  - {operation: list, fault: rate_limited, count: 2, retry_after: 5}
  - {fault: slow, delay: 0.25}
unknown_tag_fails_latest: true
)",
                                     "s.yaml");
  ASSERT_TRUE(scenario) << scenario.error();
  EXPECT_EQ(scenario->start, kStart);
  ASSERT_EQ(scenario->accounts.size(), 2U);
  const AccountScenario& account = scenario->accounts[0];
  EXPECT_EQ(account.name, "production");
  EXPECT_EQ(account.plan, Plan::kFree);
  EXPECT_EQ(account.slots, 2U);
  ASSERT_EQ(account.scripts.size(), 2U);
  EXPECT_EQ(account.scripts[0].typical_run, std::chrono::seconds(90));
  EXPECT_FALSE(account.scripts[1].connected);
  EXPECT_EQ(account.script_count, 5U);
  EXPECT_EQ(account.builds_per_hour, 12.5);
  EXPECT_EQ(account.history, 40U);
  EXPECT_EQ(account.limit_reached, true);
  EXPECT_EQ(scenario->accounts[1].name, std::string(32, 'a')) << "the id, where no name is given";
  ASSERT_EQ(scenario->tokens.size(), 1U);
  EXPECT_EQ(scenario->tokens[0].kind, TokenKind::kAccount);
  EXPECT_EQ(scenario->tokens[0].permissions, std::set{Permission::kWorkersScriptsRead});
  EXPECT_EQ(scenario->rate_limit.requests, 100U);
  ASSERT_EQ(scenario->faults.size(), 2U);
  EXPECT_EQ(scenario->faults[0].operation, Operation::kList);
  EXPECT_EQ(scenario->faults[0].retry_after, std::chrono::seconds(5));
  EXPECT_EQ(scenario->faults[1].operation, std::nullopt);
  EXPECT_EQ(scenario->faults[1].delay, std::chrono::milliseconds(250));
  EXPECT_TRUE(scenario->unknown_tag_fails_latest);
}

TEST(ScenarioLoaderTest, AnEmptyFileIsTheDefault) {
  const auto scenario = LoadScenario("", "s.yaml");
  ASSERT_TRUE(scenario) << scenario.error();
  EXPECT_EQ(scenario->accounts.front().id, kAccount);
  EXPECT_EQ(scenario->tokens.front().value, "simulated-token");
}

struct Mistake {
  std::string yaml;
  std::string message;
};

TEST(ScenarioLoaderTest, SaysWhereEveryMistakeIs) {
  const std::vector<Mistake> mistakes = {
      {"\nacounts: []", "s.yaml:2: acounts: unknown key"},
      {"accounts:\n  - id: 023\n", "s.yaml:2: id: '023' is not 32 lower-case hex digits"},
      {"accounts:\n  - plan: gold\n", "s.yaml:2: plan: 'gold' is not one of free, paid"},
      {"accounts:\n  - name: a\n    scrpts: 3\n", "s.yaml:3: scrpts: unknown key"},
      {"accounts: []", "s.yaml:1: accounts: the list is empty"},
      {"accounts:\n  - name: a\n  - name: b\n", "s.yaml:3: id: two accounts have the same id or name"},
      {"accounts:\n  - scripts:\n    - {name: a}\n    - {name: a}\n", "s.yaml:4: name: 'a' is there twice"},
      {"accounts:\n  - history: -1\n", "s.yaml:2: history: '-1' is not a number of 0 or more"},
      {"accounts:\n  - history: 1.5\n", "s.yaml:2: history: expected a whole number"},
      {"tokens:\n  - kind: user\n", "s.yaml:2: value: is missing or empty"},
      {"tokens:\n  - value: t\n    permissions: [write]\n", "s.yaml:3: permissions: expected workers_ci_read"},
      {"faults:\n  - {operation: lst, fault: reset}\n", "s.yaml:2: operation: 'lst' is not one of any, discovery"},
      {"faults:\n  - {operation: list}\n", "s.yaml:2: fault: is missing"},
      {"start: yesterday", "s.yaml:1: start: 'yesterday' is not RFC 3339"},
      {"rate_limit: 5", "s.yaml:1: expected keys with values here"},
      {"accounts: [\n", "s.yaml:2: "},
  };
  for (const Mistake& mistake : mistakes) {
    const auto scenario = LoadScenario(mistake.yaml, "s.yaml");
    ASSERT_FALSE(scenario) << mistake.yaml;
    EXPECT_THAT(scenario.error(), HasSubstr(mistake.message)) << mistake.yaml;
  }
}

TEST(ScenarioLoaderTest, ReportsAllMistakesAtOnce) {
  const auto scenario = LoadScenario("accounts:\n  - plan: gold\n    history: x\n", "s.yaml");
  ASSERT_FALSE(scenario);
  EXPECT_THAT(scenario.error(), HasSubstr("s.yaml:2: plan"));
  EXPECT_THAT(scenario.error(), HasSubstr("\ns.yaml:3: history"));
}

TEST(ScenarioLoaderTest, SaysThatAFileCannotBeRead) {
  const auto scenario = LoadScenarioFile("/nowhere/s.yaml");
  ASSERT_FALSE(scenario);
  EXPECT_THAT(scenario.error(), HasSubstr("/nowhere/s.yaml: cannot be read"));
}

}  // namespace
}  // namespace simulator
