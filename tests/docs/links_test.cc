#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>

#include "tests/docs/markdown.h"

namespace docs {
namespace {

namespace fs = std::filesystem;

bool HasAnchor(const std::string& path, const std::string& anchor) {
  const Markdown target = ReadMarkdown(path);
  return std::ranges::any_of(target.headings, [&](const Heading& heading) { return heading.anchor == anchor; });
}

TEST(MarkdownLinks, LeadToFilesAndHeadingsThatExist) {
  static const std::regex kElsewhere("[a-z]+:.*");
  for (const std::string& path : AllMarkdownPaths()) {
    for (const Span& link : ReadMarkdown(path).link_targets) {
      if (std::regex_match(link.text, kElsewhere)) continue;
      const std::size_t hash = link.text.find('#');
      const fs::path folder = fs::path(path).parent_path();
      const fs::path target = hash == 0 ? fs::path(path) : folder / link.text.substr(0, hash);
      const std::string where = path + ":" + std::to_string(link.line) + ": " + link.text;
      ASSERT_TRUE(fs::exists(fs::path(SOURCE_DIR) / target)) << where << ": there is no such file";
      if (hash == std::string::npos) continue;
      EXPECT_TRUE(HasAnchor(target.lexically_normal().string(), link.text.substr(hash + 1)))
          << where << ": the file has no such heading";
    }
  }
}

/// Whether the folder has it as it is, as `name.h` or as `name.cc`; `*` stands for anything.
bool FolderHas(const fs::path& folder, const std::string& name) {
  if (name.ends_with('/')) return fs::is_directory(folder / name);
  std::string pattern;
  for (const char c : name) pattern += c == '*' ? ".*" : c == '.' ? "\\." : std::string(1, c);
  const std::regex wanted(pattern + "(\\.h|\\.cc)?");
  return std::ranges::any_of(fs::directory_iterator(folder), [&](const fs::directory_entry& entry) {
    return std::regex_match(entry.path().filename().string(), wanted);
  });
}

TEST(FolderReadmes, ListFilesThatExist) {
  static const std::regex kCode("`([^`]+)`");
  static const std::regex kFileColumn("files?|folders?");
  int names = 0;
  for (const std::string& path : AllMarkdownPaths()) {
    const fs::path folder = fs::path(SOURCE_DIR) / fs::path(path).parent_path();
    for (const Table& table : ReadMarkdown(path).tables) {
      if (!std::regex_match(table.header.front(), kFileColumn)) continue;
      for (const auto& row : table.rows) {
        for (std::sregex_iterator at(row.front().begin(), row.front().end(), kCode), end; at != end; ++at) {
          ++names;
          EXPECT_TRUE(FolderHas(folder, (*at)[1])) << path << ": the table after line " << table.line << " lists "
                                                   << (*at)[1] << ", which is not in that folder";
        }
      }
    }
  }
  EXPECT_GT(names, 20);
}

}  // namespace
}  // namespace docs
