#include "config/problem.h"

#include <algorithm>
#include <cstddef>

namespace config {

std::string Describe(const Problem& problem) {
  std::string line = problem.file;
  if (problem.line > 0) line.append(":").append(std::to_string(problem.line));
  line += ": ";
  if (!problem.key.empty()) line += problem.key + ": ";
  return line + problem.message;
}

std::string Describe(const Problems& problems) {
  std::string lines;
  for (const Problem& problem : problems) lines += Describe(problem) + "\n";
  return lines;
}

std::string Quote(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  std::string shown(text.substr(0, kLongest));
  std::ranges::replace_if(
      shown, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }, '?');
  if (text.size() > kLongest) shown += "...";
  return std::string("'").append(shown).append("'");
}

}  // namespace config
