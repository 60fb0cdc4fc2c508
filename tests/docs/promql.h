#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace docs {

/// A series that an expression selects.
struct Selector {
  /// Empty for `{...}` alone.
  std::string name;
  std::vector<std::string> labels;
};

/// What an expression names. It is no parser: promtool is, and has seen the expression first.
struct PromqlNames {
  std::vector<Selector> selectors;
  /// The labels in by, without, on, ignoring, group_left and group_right.
  std::set<std::string> grouping_labels;
};

PromqlNames NamesIn(std::string_view expression);

}  // namespace docs
