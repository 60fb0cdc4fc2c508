#pragma once

#include <optional>
#include <string>

namespace config {

/// What keeps a file from being used: not there, a directory or a device, empty (white space does not count), not
/// readable. Empty optional: nothing. The text does not repeat the path.
std::optional<std::string> WhyUnusable(const std::string& path);

/// A relative `path` is meant from the folder of `config_file`.
std::string ResolvePath(const std::string& path, const std::string& config_file);

}  // namespace config
