#include <gtest/gtest.h>

#include <regex>

#include "tests/docs/markdown.h"

namespace docs {
namespace {

TEST(Changelog, BeginsWithWhatIsUnreleased) {
  const Markdown changelog = ReadMarkdown("CHANGELOG.md");
  ASSERT_GE(changelog.headings.size(), 2u);
  EXPECT_EQ(changelog.headings[0].text, "Changelog");
  EXPECT_EQ(changelog.headings[1].text, "Unreleased");
}

TEST(Changelog, HasOneSentenceAChangeWithItsKindAndArea) {
  static const std::regex kEntry(R"(\* \[(FEATURE|CHANGE|ENHANCEMENT|BUGFIX)\] [A-Z][A-Za-z ]*: .*[^.]\.)");
  const Markdown changelog = ReadMarkdown("CHANGELOG.md");
  int entries = 0;
  for (std::size_t i = 0; i < changelog.lines.size(); ++i) {
    const std::string& line = changelog.lines[i];
    if (line.empty() || line.starts_with("#")) continue;
    ++entries;
    EXPECT_TRUE(std::regex_match(line, kEntry))
        << "CHANGELOG.md:" << i + 1 << ": expected '* [FEATURE] Area: What is so now.' (or CHANGE, ENHANCEMENT, "
        << "BUGFIX), in one line; got\n"
        << line;
  }
  EXPECT_GT(entries, 0);
}

}  // namespace
}  // namespace docs
