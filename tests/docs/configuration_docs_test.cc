#include <gmock/gmock.h>

#include <map>
#include <regex>
#include <set>

#include "config/config_loader.h"
#include "config/yaml_tree.h"
#include "exporter/capacity_estimate.h"
#include "tests/config/test_environment.h"
#include "tests/docs/markdown.h"
#include "tests/support/temporary_file.h"

namespace docs {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;

config::Environment OneAccount() {
  return config::FakeEnvironment(
      {{"CLOUDFLARE_API_TOKEN", "one"}, {"CLOUDFLARE_ACCOUNT_ID", "023e105f4ecef8ad9ca31a8372d0c353"}});
}

/// `[".*"]`, `""`, `10s`: a value as the example writes it.
std::string Written(const config::YamlNode& node) {
  if (node.kind != config::YamlNode::Kind::kSequence) return node.text.empty() ? "\"\"" : node.text;
  std::string items;
  for (const config::YamlNode& item : node.items) items += (items.empty() ? "\"" : ", \"") + item.text + "\"";
  return "[" + items + "]";
}

void Collect(const config::YamlNode& node, const std::string& name, std::map<std::string, std::string>& out) {
  if (node.kind != config::YamlNode::Kind::kMapping) {
    out[name] = Written(node);
    return;
  }
  for (const config::YamlEntry& entry : node.entries) {
    const std::string key = name.empty() ? entry.key : name + "." + entry.key;
    if (entry.key == "accounts") {
      Collect(entry.value.items.front(), "accounts[]", out);
    } else {
      Collect(entry.value, key, out);
    }
  }
}

/// The defaults as the example has them; that they are those of config.h is tested beside the example.
std::map<std::string, std::string> Defaults() {
  config::Problems problems;
  const auto tree = config::ReadYaml(ReadText(SOURCE_DIR "/config/exporter.example.yaml"), "example", problems);
  std::map<std::string, std::string> defaults;
  if (tree) Collect(*tree, "", defaults);
  return defaults;
}

/// The table of keys: key to default, as they are written.
std::map<std::string, std::string> DocumentedDefaults() {
  std::map<std::string, std::string> documented;
  for (const auto& row : ReadMarkdown("README.md").TableWith({"key", "default", "effect"}).rows) {
    EXPECT_FALSE(row[2].empty()) << row[0] << " has no effect in README.md";
    EXPECT_TRUE(documented.emplace(WithoutTicks(row[0]), row[1]).second) << row[0] << " stands twice in README.md";
  }
  return documented;
}

bool IsSection(const std::string& key, const std::vector<std::string>& keys) {
  return std::ranges::any_of(keys, [&](const std::string& other) { return other.starts_with(key + "."); });
}

TEST(ReadmeKeys, AreThoseThatTheLoaderKnows) {
  const std::vector<std::string> known = config::KnownKeys();
  std::vector<std::string> values;
  for (const std::string& key : known) {
    if (!IsSection(key, known) && key != "accounts") values.push_back(key);
  }
  std::vector<std::string> documented;
  for (const auto& [key, value] : DocumentedDefaults()) documented.push_back(key);
  EXPECT_THAT(documented, UnorderedElementsAreArray(values));
}

TEST(ReadmeKeys, HaveTheirDefaults) {
  const std::set<std::string> without = {"accounts[].id", "accounts[].api_token_file", "accounts[].api_token_env",
                                         "accounts[].api_token"};
  const std::map<std::string, std::string> defaults = Defaults();
  for (const auto& [key, documented] : DocumentedDefaults()) {
    if (without.contains(key)) {
      EXPECT_EQ(documented, "none") << key;
    } else if (key == "accounts[].name") {
      EXPECT_EQ(documented, "the id");
    } else {
      ASSERT_TRUE(defaults.contains(key)) << key << " is not in config/exporter.example.yaml";
      EXPECT_EQ(documented, "`" + defaults.at(key) + "`") << "the default of " << key << " in README.md";
    }
  }
}

TEST(ReadmeConfiguration, IsTakenByTheLoader) {
  int found = 0;
  for (CodeBlock block : ReadMarkdown("README.md").BlocksOf("yaml")) {
    if (!block.text.starts_with("accounts:")) continue;
    ++found;
    const workers_builds::testing::TemporaryFile token("token");
    block.text = std::regex_replace(block.text, std::regex("api_token_file: .*"), "api_token_file: " + token.path());
    const auto config = config::LoadText(block.text, "README.md", OneAccount(), config::TestNow());
    EXPECT_TRUE(config) << Describe(config.error());
  }
  EXPECT_EQ(found, 1);
}

TEST(ReadmeConfiguration, NeedsNothingButTheTwoVariablesItNames) {
  const auto config = config::Load("", OneAccount(), config::TestNow());
  EXPECT_TRUE(config) << Describe(config.error());
}

TEST(ReadmeConfiguration, NamesTheVariablesThatTheCodeReads) {
  static const std::regex kVariable("`([A-Z_]{5,})`");
  const std::string code = ReadText(SOURCE_DIR "/config/config_loader.cc") + ReadText(SOURCE_DIR "/client/proxy.cc");
  std::string names;
  for (const auto& row : ReadMarkdown("README.md").TableWith({"variable", "stands for"}).rows) names += row[0];
  int variables = 0;
  for (std::sregex_iterator at(names.begin(), names.end(), kVariable), end; at != end; ++at, ++variables) {
    EXPECT_THAT(code, HasSubstr((*at)[1].str())) << "README.md says that the exporter reads this variable";
  }
  EXPECT_EQ(variables, 6);
}

TEST(ReadmeConfiguration, ShowsWhatTheCheckPrints) {
  static const std::regex kCommand("--config\\.check --config\\.check-scripts=([0-9]+)\n");
  const Markdown readme = ReadMarkdown("README.md");
  const auto config = config::Load("", OneAccount(), config::TestNow());
  ASSERT_TRUE(config);
  int found = 0;
  for (std::size_t i = 0; i + 1 < readme.blocks.size(); ++i) {
    std::smatch match;
    if (!std::regex_search(readme.blocks[i].text, match, kCommand)) continue;
    ++found;
    EXPECT_EQ(readme.blocks[i + 1].text, exporter::DescribeCapacity(*config, std::stoll(match[1])))
        << "README.md:" << readme.blocks[i + 1].line << " is not what the command above it prints";
  }
  EXPECT_EQ(found, 1);
}

}  // namespace
}  // namespace docs
