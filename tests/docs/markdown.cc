#include "tests/docs/markdown.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace docs {
namespace {

const std::filesystem::path kRoot = SOURCE_DIR;

std::string Trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

std::vector<std::string> Cells(std::string_view row) {
  std::vector<std::string> cells;
  std::string cell;
  for (std::size_t i = 1; i < row.size(); ++i) {
    if (row[i] == '\\' && i + 1 < row.size() && row[i + 1] == '|') {
      cell.push_back(row[++i]);
    } else if (row[i] == '|') {
      cells.push_back(Trimmed(cell));
      cell.clear();
    } else {
      cell.push_back(row[i]);
    }
  }
  return cells;
}

std::string AnchorOf(std::string_view heading) {
  std::string anchor;
  for (const char c : heading) {
    if (c == ' ' || c == '-') anchor.push_back('-');
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
      anchor.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    }
  }
  return anchor;
}

/// Takes the lines of a file one by one.
class Reader {
 public:
  explicit Reader(Markdown& out) : out_(out) {}

  void Take(const std::string& text) {
    ++line_;
    out_.lines.push_back(text);
    if (text.starts_with("```")) return Fence(text.substr(3));
    if (in_block_) {
      out_.blocks.back().text += text + "\n";
      return;
    }
    if (text.starts_with("#")) {
      section_ = Trimmed(text.substr(std::min(text.find_first_not_of('#'), text.size())));
      out_.headings.push_back({section_, AnchorOf(section_)});
      return;
    }
    TakeTable(text);
    TakeSpans(text);
  }

  bool in_block() const { return in_block_; }

 private:
  void Fence(const std::string& language) {
    in_block_ = !in_block_;
    in_table_ = false;
    if (in_block_) out_.blocks.push_back({language, "", section_, line_ + 1});
  }

  void TakeTable(const std::string& text) {
    if (!text.starts_with("|")) {
      in_table_ = false;
    } else if (!in_table_) {
      in_table_ = true;
      out_.tables.push_back({Cells(text), {}, section_, line_});
    } else if (!text.starts_with("| ---")) {
      out_.tables.back().rows.push_back(Cells(text));
    }
  }

  void TakeSpans(const std::string& text) {
    std::string without_code;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text[at] == '`' ? text.find('`', at + 1) : std::string::npos;
      if (end == std::string::npos) {
        without_code.push_back(text[at++]);
        continue;
      }
      out_.code_spans.push_back({text.substr(at + 1, end - at - 1), section_, line_});
      at = end + 1;
    }
    for (std::size_t at = 0; (at = without_code.find("](", at)) != std::string::npos;) {
      const std::size_t end = without_code.find(')', at);
      out_.link_targets.push_back({without_code.substr(at + 2, end - at - 2), section_, line_});
      at += 2;
    }
  }

  Markdown& out_;
  std::string section_;
  int line_ = 0;
  bool in_block_ = false;
  bool in_table_ = false;
};

}  // namespace

std::vector<CodeBlock> Markdown::BlocksOf(std::string_view language) const {
  std::vector<CodeBlock> found;
  std::ranges::copy_if(blocks, std::back_inserter(found),
                       [&](const auto& block) { return block.language == language; });
  return found;
}

Table Markdown::TableWith(const std::vector<std::string>& header) const {
  std::vector<Table> found;
  for (const Table& table : tables) {
    if (table.header.size() >= header.size() && std::equal(header.begin(), header.end(), table.header.begin())) {
      found.push_back(table);
    }
  }
  EXPECT_EQ(found.size(), 1u) << path << " must have one table that begins with the column " << header.front();
  return found.empty() ? Table{} : found.front();
}

std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path << " cannot be read";
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Markdown ReadMarkdown(const std::string& path) {
  Markdown markdown;
  markdown.path = path;
  Reader reader(markdown);
  std::istringstream lines(ReadText((kRoot / path).string()));
  for (std::string line; std::getline(lines, line);) reader.Take(line);
  EXPECT_FALSE(reader.in_block()) << path << " has a ``` that nothing closes";
  return markdown;
}

std::vector<std::string> AllMarkdownPaths() {
  std::vector<std::string> paths;
  const std::set<std::string> made = {".git", "build", "node_modules", ".cache"};
  for (std::filesystem::recursive_directory_iterator at(kRoot), end; at != end; ++at) {
    if (at->is_directory() && made.contains(at->path().filename().string())) at.disable_recursion_pending();
    if (at->path().extension() == ".md") paths.push_back(std::filesystem::relative(at->path(), kRoot).string());
  }
  std::ranges::sort(paths);
  return paths;
}

std::string WithoutTicks(std::string_view cell) {
  if (cell.size() < 2 || cell.front() != '`' || cell.back() != '`') return std::string(cell);
  return std::string(cell.substr(1, cell.size() - 2));
}

}  // namespace docs
