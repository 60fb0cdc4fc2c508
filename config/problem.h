#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace config {

/// One mistake. Holds no secret: a value is shown as it is written in the file (`${NAME}`, not what stands behind it),
/// and not at all where a token may have been pasted by mistake.
struct Problem {
  /// The file as it was named, or `environment`.
  std::string file;
  /// From 1; 0 where no line is to blame.
  int line = 0;
  /// For instance `accounts[0].scripts.include[1]`, or a variable of the environment; empty: the whole file.
  std::string key;
  /// What is wrong, and what would be right.
  std::string message;

  bool operator==(const Problem&) const = default;
};
using Problems = std::vector<Problem>;

/// `file:line: key: message`, without the parts that are empty.
std::string Describe(const Problem& problem);
/// One line each.
std::string Describe(const Problems& problems);

/// The text between quotes on one line: control characters become `?`, a long text is cut.
std::string Quote(std::string_view text);

}  // namespace config
