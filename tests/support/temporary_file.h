#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace workers_builds::testing {

/// A file of its own in the directory for tests, removed at the end.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view text) : path_(UniquePath()) { Write(text); }
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  std::string path() const { return path_.string(); }

  /// Replaces what is in the file.
  void Write(std::string_view text) const {
    std::ofstream file(path_, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    EXPECT_TRUE(file.good()) << path_;
  }

 private:
  static std::filesystem::path UniquePath() {
    static std::atomic<int> number = 0;
    return std::filesystem::path(::testing::TempDir()) /
           ("workers_builds." + std::to_string(::getpid()) + "." + std::to_string(++number));
  }

  const std::filesystem::path path_;
};

}  // namespace workers_builds::testing
