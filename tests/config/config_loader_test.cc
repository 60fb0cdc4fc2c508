#include "config/config_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/config/test_environment.h"

namespace config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kId[] = "023e105f4ecef8ad9ca31a8372d0c353";
constexpr char kAccount[] = "accounts:\n  - {id: 023e105f4ecef8ad9ca31a8372d0c353, api_token: one}\n";

tl::expected<Config, Problems> Read(const std::string& text, const Environment& environment = FakeEnvironment({})) {
  return LoadText(text, "exporter.yaml", environment, TestNow());
}

Config ReadGood(const std::string& text, const Environment& environment = FakeEnvironment({})) {
  const tl::expected<Config, Problems> config = Read(text, environment);
  EXPECT_TRUE(config) << Describe(config.error());
  return config.value_or(Config{});
}

std::string ProblemsOf(const tl::expected<Config, Problems>& config) {
  return config ? "(none)" : Describe(config.error());
}

Environment Variables(const std::string& token, const std::string& id) {
  return FakeEnvironment({{"CLOUDFLARE_API_TOKEN", token}, {"CLOUDFLARE_ACCOUNT_ID", id}});
}

TEST(ConfigLoader, NeedsNoMoreThanAnIdAndAToken) {
  const Config config = ReadGood(kAccount);
  ASSERT_EQ(config.accounts.size(), 1u);
  EXPECT_EQ(config.accounts[0].id, kId);
  EXPECT_EQ(config.accounts[0].name, kId);
  EXPECT_EQ(config.accounts[0].api_token, Secret("one"));
  EXPECT_THAT(config.accounts[0].scripts.include, ElementsAre(".*"));
  EXPECT_EQ(config.api.base_url, Api{}.base_url);
  EXPECT_EQ(config.poll.interval, Poll{}.interval);
}

TEST(ConfigLoader, ReadsEveryKeyOfAnAccount) {
  const Config config = ReadGood(
      "accounts:\n"
      "  - id: 023E105F4ECEF8AD9CA31A8372D0C353\n"
      "    name: production\n"
      "    api_token_env: TOKEN\n"
      "    plan: paid\n"
      "    scripts:\n"
      "      include: [web-.*, api]\n"
      "      exclude: ['.*-test']\n"
      "      tags: [0123456789ABCDEF0123456789abcdef]\n",
      FakeEnvironment({{"TOKEN", "two\n"}}));
  ASSERT_EQ(config.accounts.size(), 1u);
  const Account& account = config.accounts[0];
  EXPECT_EQ(account.id, kId);
  EXPECT_EQ(account.name, "production");
  EXPECT_EQ(account.api_token, Secret("two"));
  EXPECT_THAT(account.api_token_file, IsEmpty());
  EXPECT_EQ(account.plan, Plan::kPaid);
  EXPECT_THAT(account.scripts.include, ElementsAre("web-.*", "api"));
  EXPECT_THAT(account.scripts.exclude, ElementsAre(".*-test"));
  EXPECT_THAT(account.scripts.tags, ElementsAre("0123456789abcdef0123456789abcdef"));
}

TEST(ConfigLoader, ReadsEveryKeyOfTheOtherSections) {
  const Config config =
      ReadGood(std::string(kAccount) +
               "api:\n"
               "  base_url: http://127.0.0.1:8080/client/v4/\n"
               "  timeout: 300ms\n"
               "  requests_per_5m: 100000\n"
               "  concurrency: 64\n"
               "  max_retries: 0\n"
               "  max_response_bytes: 1MiB\n"
               "  ca_file: " SOURCE_DIR
               "/tests/config/fixtures/no_account.yaml\n"
               "  proxy_url: http://proxy:3128\n"
               "poll: {interval: 1s, active_interval: 2s, idle_interval: 3m, discovery_interval: 4h,\n"
               "       limits_interval: 5d, audit_interval: 365d}\n"
               "metrics:\n"
               "  profile: minimal\n"
               "  allow: [a, b.*]\n"
               "  deny: [c]\n"
               "  script_histograms: [shop.*]\n"
               "  latest_build_labels: [commit_hash]\n"
               "  created_timestamps: true\n"
               "  max_scripts: 7\n"
               "  max_series: 8\n"
               "  buckets: {queue: [1], init: [0.5, 2], run: [1e1, 20], elapsed: []}\n"
               "state: {baseline: '2026-08-12T23:59:59+00:00'}\n"
               "log: {level: error, format: json}\n");
  EXPECT_EQ(config.api.base_url, "http://127.0.0.1:8080/client/v4");
  EXPECT_EQ(config.api.timeout, 300ms);
  EXPECT_EQ(config.api.requests_per_5m, 100'000);
  EXPECT_EQ(config.api.concurrency, 64);
  EXPECT_EQ(config.api.max_retries, 0);
  EXPECT_EQ(config.api.max_response_bytes, 1'048'576);
  EXPECT_THAT(config.api.ca_file, HasSubstr("no_account.yaml"));
  EXPECT_EQ(config.api.proxy_url, "http://proxy:3128");
  EXPECT_EQ(config.poll.interval, 1s);
  EXPECT_EQ(config.poll.active_interval, 2s);
  EXPECT_EQ(config.poll.idle_interval, 3min);
  EXPECT_EQ(config.poll.discovery_interval, 4h);
  EXPECT_EQ(config.poll.limits_interval, 120h);
  EXPECT_EQ(config.poll.audit_interval, 8760h);
  EXPECT_EQ(config.metrics.profile, MetricsProfile::kMinimal);
  EXPECT_THAT(config.metrics.allow, ElementsAre("a", "b.*"));
  EXPECT_THAT(config.metrics.deny, ElementsAre("c"));
  EXPECT_THAT(config.metrics.script_histograms, ElementsAre("shop.*"));
  EXPECT_FALSE(config.metrics.latest_build_labels.branch);
  EXPECT_TRUE(config.metrics.latest_build_labels.commit_hash);
  EXPECT_TRUE(config.metrics.created_timestamps);
  EXPECT_EQ(config.metrics.max_scripts, 7);
  EXPECT_EQ(config.metrics.max_series, 8);
  EXPECT_THAT(config.metrics.buckets.queue, ElementsAre(1));
  EXPECT_THAT(config.metrics.buckets.init, ElementsAre(0.5, 2));
  EXPECT_THAT(config.metrics.buckets.run, ElementsAre(10, 20));
  EXPECT_THAT(config.metrics.buckets.elapsed, IsEmpty());
  EXPECT_EQ(config.state.baseline, TestNow() - 1s);
  EXPECT_EQ(config.log.level, LogLevel::kError);
  EXPECT_EQ(config.log.format, LogFormat::kJson);
}

TEST(ConfigLoader, KeepsTheStateWhereTheFileSaysSo) {
  EXPECT_EQ(ReadGood(std::string(kAccount) + "state: {path: /var/lib/exporter/state.db}\n").state.path,
            "/var/lib/exporter/state.db");
  EXPECT_EQ(ReadGood(std::string(kAccount) + "state: {path: ''}\n").state.path, "");
}

TEST(ConfigLoader, KeepsTheStateInTheFirstStateDirectoryUnlessTheFileSaysOtherwise) {
  const Environment environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "STATE_DIRECTORY") return "/var/lib/first:/var/lib/second";
    return std::nullopt;
  };
  const auto path_of = [&](const std::string& state) {
    const auto config = LoadText(std::string(kAccount) + state, "exporter.yaml", environment, TestNow());
    return config ? config->state.path : Describe(config.error());
  };
  EXPECT_EQ(path_of(""), "/var/lib/first/state.db");
  EXPECT_EQ(path_of("state: {path: /elsewhere/state.db}\n"), "/elsewhere/state.db");
}

TEST(ConfigLoader, TakesASectionWithoutKeysForItsDefaults) {
  const Config config = ReadGood(std::string(kAccount) + "api:\n  # timeout: 5s\npoll: {}\n");
  EXPECT_EQ(config.api.timeout, Api{}.timeout);
}

TEST(ConfigLoader, ReplacesVariablesInValuesOfEveryType) {
  const Config config =
      ReadGood(std::string(kAccount) + "api: {timeout: '${SECONDS}s', concurrency: '${CONCURRENCY}'}\n",
               FakeEnvironment({{"SECONDS", "7"}, {"CONCURRENCY", "9"}}));
  EXPECT_EQ(config.api.timeout, 7s);
  EXPECT_EQ(config.api.concurrency, 9);
}

TEST(ConfigLoader, ReadsAnAccountIdThatIsAllDigits) {
  const Config config = ReadGood("accounts: [{id: 00000000000000000000000000000001, api_token: one}]\n");
  EXPECT_EQ(config.accounts.at(0).id, "00000000000000000000000000000001");
}

TEST(ConfigLoader, MeansATokenFileFromTheFolderOfTheConfiguration) {
  const std::string file = SOURCE_DIR "/tests/config/exporter.yaml";
  const auto config =
      LoadText("accounts: [{id: 023e105f4ecef8ad9ca31a8372d0c353, api_token_file: fixtures/no_account.yaml}]\n", file,
               FakeEnvironment({}), TestNow());
  ASSERT_TRUE(config) << Describe(config.error());
  EXPECT_EQ(config->accounts.at(0).api_token_file, SOURCE_DIR "/tests/config/fixtures/no_account.yaml");
  EXPECT_TRUE(config->accounts.at(0).api_token.empty());
}

TEST(ConfigLoader, NeedsNoFileWhenTheEnvironmentSaysEnough) {
  const auto config = Load("",
                           FakeEnvironment({{"CLOUDFLARE_API_TOKEN", "one"},
                                            {"CLOUDFLARE_ACCOUNT_ID", kId},
                                            {"CLOUDFLARE_BASE_URL", "http://127.0.0.1:8080/client/v4"}}),
                           TestNow());
  ASSERT_TRUE(config) << Describe(config.error());
  ASSERT_EQ(config->accounts.size(), 1u);
  EXPECT_EQ(config->accounts[0].id, kId);
  EXPECT_EQ(config->accounts[0].name, kId);
  EXPECT_EQ(config->accounts[0].api_token, Secret("one"));
  EXPECT_EQ(config->api.base_url, "http://127.0.0.1:8080/client/v4");
}

TEST(ConfigLoader, LetsTheFileWinOverTheEnvironment) {
  const Config config = ReadGood(std::string(kAccount) + "api: {base_url: 'https://api.cloudflare.com/client/v4'}\n",
                                 FakeEnvironment({{"CLOUDFLARE_API_TOKEN", "other"},
                                                  {"CLOUDFLARE_ACCOUNT_ID", "00000000000000000000000000000001"},
                                                  {"CLOUDFLARE_BASE_URL", "http://127.0.0.1:8080"}}));
  ASSERT_EQ(config.accounts.size(), 1u);
  EXPECT_EQ(config.accounts[0].id, kId);
  EXPECT_EQ(config.accounts[0].api_token, Secret("one"));
  EXPECT_EQ(config.api.base_url, "https://api.cloudflare.com/client/v4");
}

TEST(ConfigLoader, FillsFromTheEnvironmentWhatTheFileDoesNotSay) {
  const Config config =
      ReadGood("poll: {interval: 1m}\n", FakeEnvironment({{"CLOUDFLARE_API_TOKEN", "one"},
                                                          {"CLOUDFLARE_ACCOUNT_ID", kId},
                                                          {"CLOUDFLARE_BASE_URL", "http://127.0.0.1:8080"}}));
  EXPECT_EQ(config.accounts.at(0).api_token, Secret("one"));
  EXPECT_EQ(config.api.base_url, "http://127.0.0.1:8080");
  EXPECT_EQ(config.poll.interval, 1min);
}

TEST(ConfigLoader, SaysBothWaysWhenThereIsNeitherFileNorEnvironment) {
  EXPECT_EQ(ProblemsOf(Load("", FakeEnvironment({}), TestNow())),
            "environment: no account to watch: set CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID, or list accounts in "
            "the file that --config.file=PATH names\n");
}

TEST(ConfigLoader, NamesTheVariableThatIsMissingOrWrong) {
  EXPECT_EQ(ProblemsOf(Load("", Variables("", kId), TestNow())),
            "environment: CLOUDFLARE_API_TOKEN: is not set, while CLOUDFLARE_ACCOUNT_ID is: both are needed\n");
  EXPECT_EQ(ProblemsOf(Load("", Variables("one", ""), TestNow())),
            "environment: CLOUDFLARE_ACCOUNT_ID: is not set, while CLOUDFLARE_API_TOKEN is: both are needed\n");
  EXPECT_EQ(ProblemsOf(Load("", Variables("one two", "s3cret"), TestNow())),
            "environment: CLOUDFLARE_API_TOKEN: is no API token: it holds white space or characters outside of ASCII\n"
            "environment: CLOUDFLARE_ACCOUNT_ID: is not an account id: expected 32 hex digits\n");
}

TEST(ConfigLoader, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(ProblemsOf(Load("/no/such/exporter.yaml", FakeEnvironment({}), TestNow())),
            "/no/such/exporter.yaml: cannot be read: No such file or directory\n");
  EXPECT_EQ(ProblemsOf(Load("/", FakeEnvironment({}), TestNow())), "/: is a directory, not a file\n");
}

TEST(ConfigLoader, RefusesAFileAboveOneMebibyte) {
  EXPECT_EQ(ProblemsOf(Load("/dev/zero", FakeEnvironment({}), TestNow())),
            "/dev/zero: is larger than 1 MiB, the most that a configuration may have\n");
  const std::string comment(kMaxFileBytes - std::string_view(kAccount).size() - 1, '#');
  ReadGood(kAccount + comment + "\n");
  EXPECT_FALSE(Read(kAccount + comment + "\n\n"));
}

TEST(ConfigLoader, AcceptsABaselineOfThisInstant) {
  EXPECT_EQ(ReadGood(std::string(kAccount) + "state: {baseline: '2026-08-13T00:00:00Z'}\n").state.baseline, TestNow());
}

}  // namespace
}  // namespace config
