#pragma once

#include <string>

namespace docs {

struct CommandResult {
  /// The exit status; -1 when it did not end by itself.
  int status = -1;
  /// stdout and stderr as they came.
  std::string output;
};

/// Runs a line of shell in the repository's root and waits for its end.
CommandResult RunShell(const std::string& line);

}  // namespace docs
