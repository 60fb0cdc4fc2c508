#include "config/file_check.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace config {

std::optional<std::string> WhyUnusable(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) return "there is no such file";
  if (error) return "cannot be read: " + error.message();
  if (status.type() == std::filesystem::file_type::directory) return "is a directory, not a file";
  if (status.type() != std::filesystem::file_type::regular) return "is not a regular file";
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::string("cannot be read: ") + std::generic_category().message(errno);
  char first = '\0';
  if (!(file >> first)) return "is empty";
  return std::nullopt;
}

std::string ResolvePath(const std::string& path, const std::string& config_file) {
  return (std::filesystem::path(config_file).parent_path() / path).string();
}

}  // namespace config
