#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace docs {

/// A fenced block.
struct CodeBlock {
  /// The word after the fence: `sh`, `yaml`, `promql`, ...
  std::string language;
  /// Without the fences; ends with a line feed.
  std::string text;
  /// The heading above, without its marks.
  std::string section;
  /// Of its first line, from 1.
  int line = 0;
};

struct Table {
  std::vector<std::string> header;
  /// As many cells as the row has, without the blanks around them; `\|` is a bar.
  std::vector<std::vector<std::string>> rows;
  std::string section;
  int line = 0;
};

/// What a `code span` or a link's target holds, outside of fenced blocks.
struct Span {
  std::string text;
  std::string section;
  int line = 0;
};

struct Heading {
  std::string text;
  /// As GitHub makes it of the text: lower case, blanks as hyphens, punctuation dropped.
  std::string anchor;
};

/// The pieces of a Markdown file of this repository that tests look at.
struct Markdown {
  std::string path;
  std::vector<std::string> lines;
  std::vector<CodeBlock> blocks;
  std::vector<Table> tables;
  std::vector<Span> code_spans;
  std::vector<Span> link_targets;
  std::vector<Heading> headings;

  /// The blocks of one language.
  std::vector<CodeBlock> BlocksOf(std::string_view language) const;
  /// The only table with these first words in its header; the test fails when there are more or none.
  Table TableWith(const std::vector<std::string>& header) const;
};

/// The whole file; the test fails when it cannot be read.
std::string ReadText(const std::string& path);

/// `path` below the repository's root.
Markdown ReadMarkdown(const std::string& path);

/// Every Markdown file of the repository, below its root; not what a build made.
std::vector<std::string> AllMarkdownPaths();

/// `code` for "`code`"; any other text as it is.
std::string WithoutTicks(std::string_view cell);

}  // namespace docs
