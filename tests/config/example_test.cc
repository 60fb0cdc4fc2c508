#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "config/config_loader.h"
#include "tests/config/test_environment.h"

namespace config {
namespace {

using testing::ElementsAre;

const std::string kExample = SOURCE_DIR "/config/exporter.example.yaml";

Config LoadExample() {
  const auto config = Load(kExample, FakeEnvironment({{"CLOUDFLARE_API_TOKEN", "one"}}), TestNow());
  EXPECT_TRUE(config) << Describe(config.error());
  return config.value_or(Config{});
}

/// `    # name: production   # comment` is the key `name` at indentation 4, commented out.
struct Line {
  std::size_t indentation = 0;
  std::string key;
  std::string comment;
  bool commented_out = false;
};

std::vector<Line> KeyLines() {
  std::vector<Line> lines;
  std::ifstream file(kExample);
  for (std::string text; std::getline(file, text);) {
    Line line;
    const std::size_t start = text.find_first_not_of(' ');
    line.commented_out = start != std::string::npos && start > 0 && text[start] == '#';
    if (line.commented_out) text.erase(start, 2);
    const std::size_t first = text.find_first_not_of(" -");
    const std::size_t colon = text.find(':');
    if (first == std::string::npos || text[first] == '#' || colon == std::string::npos) continue;
    line.indentation = first;
    line.key = text.substr(first, colon - first);
    const std::size_t hash = text.find(" # ");
    if (hash != std::string::npos) line.comment = text.substr(hash + 3);
    lines.push_back(line);
  }
  return lines;
}

/// Full names, as KnownKeys() gives them, with their comments.
std::map<std::string, std::string> ExampleKeys() {
  std::map<std::string, std::string> keys;
  std::vector<Line> parents;
  for (const Line& line : KeyLines()) {
    while (!parents.empty() && parents.back().indentation >= line.indentation) parents.pop_back();
    std::string name;
    for (const Line& parent : parents) name += parent.key + (parent.key == "accounts" ? "[]." : ".");
    keys[name + line.key] = line.comment;
    parents.push_back(line);
  }
  return keys;
}

TEST(ExampleConfiguration, NamesEveryKeyThatTheLoaderKnowsWithAComment) {
  const std::map<std::string, std::string> keys = ExampleKeys();
  ASSERT_GT(KnownKeys().size(), 30u);
  for (const std::string& key : KnownKeys()) {
    const auto found = keys.find(key);
    ASSERT_NE(found, keys.end()) << key << " is missing in config/exporter.example.yaml";
    const bool is_section = keys.contains(key + ".queue");
    EXPECT_TRUE(!found->second.empty() || is_section) << key << " has no comment in config/exporter.example.yaml";
  }
}

TEST(ExampleConfiguration, CommentsOutOnlyWhatHasNoDefault) {
  std::vector<std::string> commented_out;
  for (const Line& line : KeyLines()) {
    if (line.commented_out) commented_out.push_back(line.key);
  }
  EXPECT_THAT(commented_out, ElementsAre("name", "api_token_file", "api_token"));
}

TEST(ExampleConfiguration, ShowsTheDefaultsOfAnAccount) {
  const Config config = LoadExample();
  ASSERT_EQ(config.accounts.size(), 1u);
  const Account& account = config.accounts[0];
  EXPECT_EQ(account.name, account.id);
  EXPECT_EQ(account.plan, Account{}.plan);
  EXPECT_EQ(account.scripts.include, ScriptSelection{}.include);
  EXPECT_EQ(account.scripts.exclude, ScriptSelection{}.exclude);
  EXPECT_EQ(account.scripts.tags, ScriptSelection{}.tags);
}

TEST(ExampleConfiguration, ShowsTheDefaultsOfApi) {
  const Api example = LoadExample().api;
  const Api defaults;
  EXPECT_EQ(example.base_url, defaults.base_url);
  EXPECT_EQ(example.timeout, defaults.timeout);
  EXPECT_EQ(example.requests_per_5m, defaults.requests_per_5m);
  EXPECT_EQ(example.concurrency, defaults.concurrency);
  EXPECT_EQ(example.max_retries, defaults.max_retries);
  EXPECT_EQ(example.max_response_bytes, defaults.max_response_bytes);
  EXPECT_EQ(example.ca_file, defaults.ca_file);
  EXPECT_EQ(example.proxy_url, defaults.proxy_url);
}

TEST(ExampleConfiguration, ShowsTheDefaultsOfPoll) {
  const Poll example = LoadExample().poll;
  const Poll defaults;
  EXPECT_EQ(example.interval, defaults.interval);
  EXPECT_EQ(example.active_interval, defaults.active_interval);
  EXPECT_EQ(example.idle_interval, defaults.idle_interval);
  EXPECT_EQ(example.discovery_interval, defaults.discovery_interval);
  EXPECT_EQ(example.limits_interval, defaults.limits_interval);
  EXPECT_EQ(example.audit_interval, defaults.audit_interval);
}

TEST(ExampleConfiguration, ShowsTheDefaultsOfMetricsStateAndLog) {
  const Config example = LoadExample();
  const Config defaults;
  EXPECT_EQ(example.metrics.profile, defaults.metrics.profile);
  EXPECT_EQ(example.metrics.allow, defaults.metrics.allow);
  EXPECT_EQ(example.metrics.deny, defaults.metrics.deny);
  EXPECT_EQ(example.metrics.script_histograms, defaults.metrics.script_histograms);
  EXPECT_EQ(example.metrics.latest_build_labels.branch, defaults.metrics.latest_build_labels.branch);
  EXPECT_EQ(example.metrics.latest_build_labels.commit_hash, defaults.metrics.latest_build_labels.commit_hash);
  EXPECT_EQ(example.metrics.created_timestamps, defaults.metrics.created_timestamps);
  EXPECT_EQ(example.metrics.max_scripts, defaults.metrics.max_scripts);
  EXPECT_EQ(example.metrics.max_series, defaults.metrics.max_series);
  EXPECT_EQ(example.metrics.buckets.queue, defaults.metrics.buckets.queue);
  EXPECT_EQ(example.metrics.buckets.init, defaults.metrics.buckets.init);
  EXPECT_EQ(example.metrics.buckets.run, defaults.metrics.buckets.run);
  EXPECT_EQ(example.metrics.buckets.elapsed, defaults.metrics.buckets.elapsed);
  EXPECT_EQ(example.state.path, defaults.state.path);
  EXPECT_EQ(example.state.baseline, defaults.state.baseline);
  EXPECT_EQ(example.log.level, defaults.log.level);
  EXPECT_EQ(example.log.format, defaults.log.format);
}

}  // namespace
}  // namespace config
