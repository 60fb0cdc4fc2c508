#include <gmock/gmock.h>

#include <regex>
#include <set>
#include <string>

#include "exporter/command_line.h"
#include "exporter/ledger/vocabulary.h"
#include "tests/docs/markdown.h"
#include "tests/docs/metric_names.h"
#include "tests/docs/shell.h"
#include "tests/support/temporary_file.h"

namespace docs {
namespace {

using workers_builds::testing::TemporaryFile;

std::vector<CodeBlock> Queries() {
  std::vector<CodeBlock> queries = ReadMarkdown("README.md").BlocksOf("promql");
  EXPECT_GE(queries.size(), 4u) << "README.md must show the queries that people want first";
  return queries;
}

/// A block scalar of YAML.
std::string Indented(const std::string& text) {
  std::string indented = "|\n        " + text;
  for (std::size_t at = 0; (at = indented.find('\n', at + 10)) != std::string::npos && at + 1 < indented.size();) {
    indented.insert(at + 1, "        ");
  }
  return indented;
}

std::string RulesFile() {
  std::string rules = "groups:\n  - name: readme\n    rules:\n";
  int number = 0;
  for (const CodeBlock& query : Queries()) {
    rules += "    - record: readme:query" + std::to_string(++number) + "\n      expr: " + Indented(query.text);
  }
  return rules;
}

TEST(ReadmeQueries, AreAcceptedByPrometheus) {
  const TemporaryFile rules(RulesFile());
  const CommandResult result = RunShell("promtool check rules '" + rules.path() + "'");
  EXPECT_EQ(result.status, 0) << result.output << ReadText(rules.path());
}

/// One script, `shop`, that fails and queues, and one, `blog`, that does not; an hour of samples.
constexpr char kWorld[] = R"(
  - interval: 1m
    input_series:
      - series: cloudflare_workers_builds_last_completed_outcome{account="a",script_name="shop",branch_class="production",outcome="success"}
        values: 0x60
      - series: cloudflare_workers_builds_last_completed_outcome{account="a",script_name="shop",branch_class="production",outcome="fail"}
        values: 1x60
      - series: cloudflare_workers_builds_last_completed_outcome{account="a",script_name="blog",branch_class="production",outcome="success"}
        values: 1x60
      - series: cloudflare_workers_builds_last_completed_outcome{account="a",script_name="blog",branch_class="preview",outcome="fail"}
        values: 1x60
      - series: cloudflare_workers_builds_completed_total{account="a",script_name="shop",branch_class="production",outcome="success"}
        values: 0+1x60
      - series: cloudflare_workers_builds_completed_total{account="a",script_name="shop",branch_class="production",outcome="fail"}
        values: 0+1x60
      - series: cloudflare_workers_builds_completed_total{account="a",script_name="shop",branch_class="production",outcome="skipped"}
        values: 0+7x60
      - series: cloudflare_workers_builds_completed_total{account="a",script_name="blog",branch_class="production",outcome="success"}
        values: 0+2x60
      - series: cloudflare_workers_builds_completed_total{account="a",script_name="blog",branch_class="preview",outcome="fail"}
        values: 0+9x60
      - series: cloudflare_workers_builds_run_duration_seconds_bucket{account="a",branch_class="production",outcome_group="success",le="20.0"}
        values: 0+10x60
      - series: cloudflare_workers_builds_run_duration_seconds_bucket{account="a",branch_class="production",outcome_group="success",le="30.0"}
        values: 0+20x60
      - series: cloudflare_workers_builds_run_duration_seconds_bucket{account="a",branch_class="production",outcome_group="success",le="+Inf"}
        values: 0+20x60
      - series: cloudflare_workers_builds_run_duration_seconds_bucket{account="a",branch_class="production",outcome_group="failure",le="+Inf"}
        values: 0+99x60
      - series: cloudflare_workers_builds_phase_seconds_total{account="a",script_name="shop",branch_class="production",phase="run"}
        values: 0+60x60
      - series: cloudflare_workers_builds_phase_seconds_total{account="a",script_name="shop",branch_class="preview",phase="run"}
        values: 0+60x60
      - series: cloudflare_workers_builds_phase_seconds_total{account="a",script_name="shop",branch_class="preview",phase="queue"}
        values: 0+99x60
      - series: cloudflare_workers_builds_script_oldest_active_timestamp_seconds{account="a",script_name="shop",branch_class="production",status="queued"}
        values: 600x60
      - series: cloudflare_workers_builds_script_oldest_active_timestamp_seconds{account="a",script_name="blog",branch_class="production",status="queued"}
        values: 3000x60
    promql_expr_test:
)";

struct Answer {
  /// A word that only the one query has.
  std::string_view query;
  std::string_view labels;
  std::string_view value;
};

constexpr Answer kAnswers[] = {
    {"last_completed_outcome",
     R"(cloudflare_workers_builds_last_completed_outcome{account="a",script_name="shop",branch_class="production",outcome="fail"})",
     "1"},
    {"completed_total", R"({account="a"})", "0.75"},
    {"run_duration_seconds_bucket", R"({account="a"})", "29"},
    {"phase_seconds_total", R"({account="a",script_name="shop"})", "120"},
    {"script_oldest_active_timestamp_seconds",
     R"({account="a",script_name="shop",branch_class="production",status="queued"})", "3000"},
};

TEST(ReadmeQueries, FindWhatTheTextAboveThemPromises) {
  std::string tests = "rule_files: []\ntests:" + std::string(kWorld);
  for (const CodeBlock& query : Queries()) {
    const Answer* answer = nullptr;
    for (const Answer& known : kAnswers) {
      if (query.text.find("builds_" + std::string(known.query) + "{") != std::string::npos) answer = &known;
    }
    ASSERT_NE(answer, nullptr) << "README.md:" << query.line << ": add what this query must find to kAnswers";
    tests += "    - expr: " + Indented(query.text) + "      eval_time: 1h\n      exp_samples:\n        - labels: '" +
             std::string(answer->labels) + "'\n          value: " + std::string(answer->value) + "\n";
  }
  const TemporaryFile file(tests);
  const CommandResult result = RunShell("promtool test rules '" + file.path() + "'");
  EXPECT_EQ(result.status, 0) << result.output;
}

TEST(ReadmeQueries, UseLabelsOfTheirFamilies) {
  static const std::regex kMatcher("([a-z_]+)\\{([^}]*)\\}");
  static const std::regex kLabel("([a-z_]+)(=|=~|!=|!~)\"");
  for (const CodeBlock& query : Queries()) {
    for (std::sregex_iterator at(query.text.begin(), query.text.end(), kMatcher), end; at != end; ++at) {
      const auto* family = FamilyOf((*at)[1].str());
      ASSERT_NE(family, nullptr) << "README.md:" << query.line << ": " << (*at)[1];
      const std::set<std::string> labels(family->labels.begin(), family->labels.end());
      const std::string matchers = (*at)[2];
      for (std::sregex_iterator label(matchers.begin(), matchers.end(), kLabel); label != end; ++label) {
        EXPECT_TRUE(labels.contains((*label)[1]))
            << "README.md:" << query.line << ": " << family->name << " has no label " << (*label)[1];
      }
    }
  }
}

TEST(ReadmeQueries, UseLabelValuesThatThePageHas) {
  std::set<std::string_view> words;
  for (const auto value : exporter::ledger::kOutcomes) words.insert(exporter::ledger::ToWord(value));
  for (const auto value : exporter::ledger::kStatuses) words.insert(exporter::ledger::ToWord(value));
  for (const auto value : exporter::ledger::kPhases) words.insert(exporter::ledger::ToWord(value));
  for (const auto value : exporter::ledger::kBranchClasses) words.insert(exporter::ledger::ToWord(value));
  for (const auto value : exporter::ledger::kOutcomeGroups) words.insert(exporter::ledger::ToWord(value));
  static const std::regex kWord("[\"|]([a-z_]+)(?=[\"|])");
  for (const CodeBlock& query : Queries()) {
    for (std::sregex_iterator at(query.text.begin(), query.text.end(), kWord), end; at != end; ++at) {
      EXPECT_TRUE(words.contains((*at)[1].str()))
          << "README.md:" << query.line << ": no label has the value " << (*at)[1];
    }
  }
}

TEST(ReadmePrometheus, TakesTheScrapeConfiguration) {
  int found = 0;
  for (const CodeBlock& block : ReadMarkdown("README.md").BlocksOf("yaml")) {
    if (!block.text.starts_with("scrape_configs:")) continue;
    ++found;
    const TemporaryFile file(block.text);
    const CommandResult result = RunShell("promtool check config '" + file.path() + "'");
    EXPECT_EQ(result.status, 0) << result.output;
    EXPECT_NE(block.text.find(exporter::CommandLine().listen_addresses.front() + "\""), std::string::npos)
        << "the scrape configuration must ask the port that is the default";
  }
  EXPECT_EQ(found, 1);
}

}  // namespace
}  // namespace docs
