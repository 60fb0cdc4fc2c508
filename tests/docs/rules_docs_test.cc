#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <regex>

#include "tests/docs/markdown.h"
#include "tests/docs/metric_names.h"
#include "tests/docs/rule_files.h"
#include "tests/docs/shell.h"
#include "tests/support/temporary_file.h"

namespace docs {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

constexpr char kReadme[] = "deploy/prometheus/README.md";
constexpr char kRunbook[] = "deploy/prometheus/RUNBOOK.md";

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Names and labels of an expression are those of the page, of Prometheus, or of our rules.
void ExpectKnown(const std::string& expression, const std::string& where) {
  const PromqlNames names = NamesIn(expression);
  EXPECT_FALSE(names.selectors.empty()) << where << " names no series: " << expression;
  for (const Selector& selector : names.selectors) {
    if (selector.name.empty()) continue;
    const SeriesFacts* facts = FactsOf(selector.name);
    ASSERT_NE(facts, nullptr) << where << ": there is no series " << selector.name;
    for (const std::string& label : selector.labels) {
      EXPECT_THAT(facts->labels, Contains(label)) << where << ": " << selector.name << " has no such label";
    }
  }
  for (const std::string& label : names.grouping_labels) {
    EXPECT_THAT(FactsOf(names).labels, Contains(label)) << where << ": no series of the expression has this label";
  }
}

TEST(Rules, NameSeriesAndLabelsThatExist) {
  ASSERT_GT(AllRules().size(), 60u);
  for (const Rule& rule : AllRules()) {
    if (rule.expression.starts_with("vector(")) continue;
    ExpectKnown(rule.expression, rule.file + ": " + rule.name);
  }
}

TEST(Rules, RecordSeriesThatAreNamedByTheirLevel) {
  static const std::regex kName("(account|script|workers_builds):[a-z_]+:[a-z0-9_]+");
  for (const Rule& rule : AllRules()) {
    if (rule.is_alert) continue;
    EXPECT_TRUE(std::regex_match(rule.name, kName)) << rule.file << ": " << rule.name;
    const bool of_script = FactsOf(NamesIn(rule.expression)).labels.contains("script_name");
    EXPECT_TRUE(of_script || !rule.name.starts_with("script:")) << rule.name;
  }
}

TEST(Rules, HaveTests) {
  const RuleTests tests = ReadRuleTests();
  for (const Rule& rule : AllRules()) {
    if (rule.is_alert) {
      EXPECT_THAT(tests.firing, Contains(rule.name)) << "no test sees it fire";
      EXPECT_THAT(tests.silent, Contains(rule.name)) << "no test sees it silent";
    } else {
      EXPECT_THAT(tests.recorded, Contains(rule.name)) << "no test knows its value";
    }
  }
}

TEST(Rules, AreRunByCtest) {
  const std::string cmake = ReadText(SOURCE_DIR "/tests/rules/CMakeLists.txt");
  for (const char* folder : {"deploy/prometheus", "deploy/prometheus/tests"}) {
    for (const std::string& file : PrometheusFiles(folder, ".yml")) {
      const std::string name = std::filesystem::path(file).stem().stem().string();
      EXPECT_TRUE(std::regex_search(cmake, std::regex("\\b" + name + "\\b"))) << file << " is in no ctest entry";
    }
  }
}

TEST(Alerts, SayWhatAPersonNeeds) {
  const Markdown runbook = ReadMarkdown(kRunbook);
  for (const Rule& rule : AllRules()) {
    if (!rule.is_alert) continue;
    EXPECT_THAT((std::set<std::string>{"critical", "warning", "info"}), Contains(rule.labels.at("severity")));
    for (const char* key : {"summary", "description", "runbook_url", "metrics_profile"}) {
      ASSERT_TRUE(rule.annotations.contains(key)) << rule.name << " has no " << key;
    }
    EXPECT_EQ(rule.annotations.at("runbook_url"), std::string(kRunbook) + "#" + Lower(rule.name));
    const auto section = std::ranges::find(runbook.headings, rule.name, &Heading::text);
    EXPECT_NE(section, runbook.headings.end()) << kRunbook << " has no section " << rule.name;
    EXPECT_EQ(rule.file.ends_with("/exporter_alerts.rules.yml"), rule.name.starts_with("WorkersBuildsExporter"));
  }
}

TEST(Alerts, DescribeWithLabelsThatTheyHave) {
  static const std::regex kLabel("\\$labels\\.([a-z_]+)");
  for (const Rule& rule : AllRules()) {
    const SeriesFacts facts = FactsOf(NamesIn(rule.expression));
    for (const auto& [key, text] : rule.annotations) {
      for (std::sregex_iterator at(text.begin(), text.end(), kLabel), end; at != end; ++at) {
        EXPECT_THAT(facts.labels, Contains((*at)[1].str())) << rule.name << ": " << key;
      }
      for (const std::string& name : MetricNamesIn(text))
        EXPECT_NE(FactsOf(name), nullptr) << rule.name << ": " << name;
    }
  }
}

TEST(Alerts, NameTheSmallestProfileWithWhichTheyCanFire) {
  for (const Rule& rule : AllRules()) {
    if (!rule.is_alert) continue;
    EXPECT_EQ(rule.annotations.at("metrics_profile"), ToWord(FactsOf(NamesIn(rule.expression)).profile)) << rule.name;
  }
}

TEST(Alerts, MissEveryThreshold) {
  const auto thresholds = std::ranges::count_if(
      AllRules(), [](const Rule& rule) { return rule.name.starts_with("workers_builds:threshold:"); });
  const auto missing = std::ranges::find(AllRules(), "WorkersBuildsExporterThresholdsMissing", &Rule::name);
  ASSERT_NE(missing, AllRules().end());
  const std::string count = std::to_string(thresholds);
  EXPECT_TRUE(missing->expression.find("< " + count + "\n") != std::string::npos) << "there are " << count;
  EXPECT_NE(missing->annotations.at("description").find("of the " + count + " series"), std::string::npos);
}

TEST(Alerts, CompareWithEveryThreshold) {
  std::set<std::string> unused;
  for (const Rule& rule : AllRules()) {
    if (rule.name.starts_with("workers_builds:threshold:")) unused.insert(rule.name);
  }
  for (const Rule& rule : AllRules()) {
    for (const Selector& selector : NamesIn(rule.expression).selectors) unused.erase(selector.name);
  }
  EXPECT_THAT(unused, IsEmpty());
}

TEST(RulesReadme, ListsEveryAlert) {
  std::set<std::string> listed;
  for (const auto& row : ReadMarkdown(kReadme).TableWith({"alert", "severity", "profile"}).rows) {
    const auto rule = std::ranges::find(AllRules(), WithoutTicks(row[0]), &Rule::name);
    ASSERT_NE(rule, AllRules().end()) << kReadme << ": there is no alert " << row[0];
    EXPECT_EQ(row[1], rule->labels.at("severity")) << row[0];
    EXPECT_EQ(row[2], rule->annotations.at("metrics_profile")) << row[0];
    listed.insert(rule->name);
  }
  for (const Rule& rule : AllRules()) {
    if (!rule.is_alert) continue;
    EXPECT_THAT(listed, Contains(rule.name)) << kReadme;
  }
}

TEST(RulesReadme, ListsEveryRecordedSeries) {
  static const std::regex kTicked("`([^`]+)`");
  std::set<std::string> listed;
  for (const auto& row : ReadMarkdown(kReadme).TableWith({"series", "more labels", "profile"}).rows) {
    for (std::sregex_iterator at(row[0].begin(), row[0].end(), kTicked), end; at != end; ++at) {
      const std::string series = (*at)[1];
      const SeriesFacts* facts = FactsOf(series);
      ASSERT_NE(facts, nullptr) << kReadme << ": there is no series " << series;
      EXPECT_EQ(row[2], ToWord(facts->profile)) << series;
      for (std::sregex_iterator label(row[1].begin(), row[1].end(), kTicked); label != end; ++label) {
        EXPECT_THAT(facts->labels, Contains((*label)[1].str())) << series;
      }
      listed.insert(series);
    }
  }
  for (const Rule& rule : AllRules()) {
    if (rule.is_alert || rule.name.starts_with("workers_builds:threshold:")) continue;
    EXPECT_THAT(listed, Contains(rule.name)) << kReadme;
  }
}

TEST(Runbook, HasOneSectionAnAlertWithItsFourParts) {
  const Markdown runbook = ReadMarkdown(kRunbook);
  for (std::size_t i = 1; i < runbook.headings.size(); ++i) {
    const std::string& name = runbook.headings[i].text;
    EXPECT_NE(std::ranges::find(AllRules(), name, &Rule::name), AllRules().end()) << "there is no alert " << name;
  }
  for (const char* part : {"**Meaning.** ", "**Impact.** ", "**Diagnosis.** ", "**What to do.** "}) {
    const auto times = std::ranges::count_if(runbook.lines, [&](const auto& line) { return line.starts_with(part); });
    EXPECT_EQ(static_cast<std::size_t>(times), runbook.headings.size() - 1) << part;
  }
}

TEST(Runbook, ShowsQueriesThatPrometheusTakes) {
  std::string rules = "groups:\n  - name: runbook\n    rules:\n";
  for (const CodeBlock& query : ReadMarkdown(kRunbook).BlocksOf("promql")) {
    ExpectKnown(query.text, std::string(kRunbook) + ":" + std::to_string(query.line));
    EXPECT_EQ(std::ranges::count(query.text, '\n'), 1) << query.line;
    rules += "      - record: runbook:line" + std::to_string(query.line) + "\n        expr: |\n          " + query.text;
  }
  const workers_builds::testing::TemporaryFile file(rules);
  const CommandResult result = RunShell("promtool check rules '" + file.path() + "'");
  EXPECT_EQ(result.status, 0) << result.output;
}

TEST(Runbook, LooksForLogLinesThatAreWritten) {
  static const std::regex kQuoted("'([^'$]+)'");
  int lines = 0;
  for (const CodeBlock& block : ReadMarkdown(kRunbook).BlocksOf("sh")) {
    if (!block.text.starts_with("grep ")) continue;
    for (std::sregex_iterator at(block.text.begin(), block.text.end(), kQuoted), end; at != end; ++at) {
      ++lines;
      EXPECT_EQ(RunShell("grep -rqF '\"" + (*at)[1].str() + "' exporter").status, 0)
          << kRunbook << ":" << block.line << ": the exporter never logs " << (*at)[1];
    }
  }
  EXPECT_GE(lines, 8);
}

}  // namespace
}  // namespace docs
