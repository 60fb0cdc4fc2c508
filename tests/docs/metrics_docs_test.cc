#include <gmock/gmock.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "exporter/metrics/metrics_reference.h"
#include "tests/docs/markdown.h"
#include "tests/docs/metric_names.h"
#include "tests/docs/shell.h"
#include "tests/support/temporary_file.h"

namespace docs {
namespace {

using exporter::metrics::Catalogue;
using exporter::metrics::FamilyInfo;
using ::testing::HasSubstr;

/// What the README shows of the page.
CodeBlock Excerpt() {
  std::vector<CodeBlock> blocks = ReadMarkdown("README.md").BlocksOf("text");
  std::erase_if(blocks, [](const CodeBlock& block) { return block.text.find("# TYPE ") == std::string::npos; });
  EXPECT_EQ(blocks.size(), 1u) << "README.md must show one excerpt of /metrics";
  return blocks.empty() ? CodeBlock{} : blocks.front();
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// The names of a sample's labels in their order.
std::vector<std::string> LabelNamesOf(const std::string& sample) {
  static const std::regex kLabel("[{,]([a-z_]+)=\"");
  std::vector<std::string> names;
  for (std::sregex_iterator at(sample.begin(), sample.end(), kLabel), end; at != end; ++at) names.push_back((*at)[1]);
  return names;
}

TEST(ReadmeMetrics, ReferenceIsWhatTheCatalogueSays) {
  const std::string begin = "<!-- metrics reference: begin -->\n";
  const std::string readme = ReadText(SOURCE_DIR "/README.md");
  const std::size_t first = readme.find(begin);
  const std::size_t last = readme.find("<!-- metrics reference: end -->");
  ASSERT_NE(first, std::string::npos) << "README.md has lost the line " << begin;
  ASSERT_NE(last, std::string::npos) << "README.md has lost the marker at the end of the metrics reference";
  EXPECT_EQ(readme.substr(first + begin.size(), last - first - begin.size()), exporter::metrics::MetricsReference())
      << "The metrics reference of README.md is not that of the catalogue. This puts it right:\n"
         "./build/release/bin/print_metrics_reference | sed -i -e '/metrics reference: begin/,/metrics reference: "
         "end/{//!d}' -e '/metrics reference: begin/r /dev/stdin' README.md\n";
}

TEST(ReadmeMetrics, EveryNameIsInTheCatalogue) {
  const std::vector<std::string> names = MetricNamesIn(ReadText(SOURCE_DIR "/README.md"));
  ASSERT_GT(names.size(), 50u);
  for (const std::string& name : names) {
    const bool is_family =
        std::ranges::any_of(Catalogue(), [&](const FamilyInfo& family) { return family.name == name; });
    EXPECT_TRUE(is_family || FamilyOf(name) != nullptr) << "README.md names " << name << ", which no page has";
  }
}

TEST(ReadmeMetrics, EveryShortNameIsInTheCatalogueWithItsPrefix) {
  static const std::regex kShort("[a-z_]+_(total|seconds|info|timestamp)");
  for (const Span& span : ReadMarkdown("README.md").code_spans) {
    if (!std::regex_match(span.text, kShort) || !MetricNamesIn(span.text).empty()) continue;
    EXPECT_NE(FamilyOf("cloudflare_workers_builds_" + span.text + "_count") != nullptr
                  ? FamilyOf("cloudflare_workers_builds_" + span.text + "_count")
                  : FamilyOf("cloudflare_workers_builds_" + span.text),
              nullptr)
        << "README.md:" << span.line << ": no metric is called " << span.text;
  }
}

TEST(ReadmeExcerpt, HasTheLabelsOfEachFamily) {
  int samples = 0;
  for (const std::string& line : LinesOf(Excerpt().text)) {
    if (line.starts_with("#")) continue;
    ++samples;
    const std::string name = line.substr(0, line.find_first_of("{ "));
    const FamilyInfo* family = FamilyOf(name);
    ASSERT_NE(family, nullptr) << "no family for: " << line;
    std::vector<std::string> labels(family->labels.begin(), family->labels.end());
    if (name.ends_with("_bucket")) labels.emplace_back("le");
    EXPECT_EQ(LabelNamesOf(line), labels) << line;
  }
  EXPECT_GE(samples, 10) << "the excerpt is too short to tell anything";
}

TEST(ReadmeExcerpt, HasTheHelpAndTypeOfEachFamily) {
  for (const std::string& line : LinesOf(Excerpt().text)) {
    if (!line.starts_with("#") || line == "# ...") continue;
    const std::string name = line.substr(7, line.find(' ', 7) - 7);
    const auto family = std::ranges::find_if(Catalogue(), [&](const FamilyInfo& known) { return known.name == name; });
    ASSERT_NE(family, Catalogue().end()) << line;
    const std::string help = "# HELP " + name + " " + std::string(family->help);
    const std::string type = "# TYPE " + name + " " + std::string(ToWord(family->type));
    EXPECT_TRUE(line == help || line == type) << "the page says\n"
                                              << help << "\n"
                                              << type << "\nand README.md\n"
                                              << line;
  }
}

TEST(ReadmeExcerpt, IsReadByPrometheus) {
  const workers_builds::testing::TemporaryFile page(Excerpt().text);
  // Lines that are left out leave some families without help; anything else is a complaint.
  const CommandResult result = RunShell("promtool check metrics < '" + page.path() + "' 2>&1 | grep -v 'no help text'");
  EXPECT_EQ(result.output, "");
}

}  // namespace
}  // namespace docs
