#include "config/file_check.h"

#include <gtest/gtest.h>

#include <string>

namespace config {
namespace {

const std::string kFixtures = SOURCE_DIR "/tests/config/fixtures";

TEST(FileCheck, AcceptsAFileWithContent) {
  EXPECT_EQ(WhyUnusable(kFixtures + "/no_account.yaml"), std::nullopt);
}

TEST(FileCheck, SaysWhatKeepsAFileFromBeingUsed) {
  EXPECT_EQ(WhyUnusable(kFixtures + "/no-such-file"), "there is no such file");
  EXPECT_EQ(WhyUnusable(kFixtures), "is a directory, not a file");
  EXPECT_EQ(WhyUnusable("/dev/null"), "is not a regular file");
  EXPECT_EQ(WhyUnusable(kFixtures + "/empty.pem"), "is empty");
}

TEST(ResolvePath, MeansARelativePathFromTheFolderOfTheConfiguration) {
  EXPECT_EQ(ResolvePath("token", "/etc/exporter/exporter.yaml"), "/etc/exporter/token");
  EXPECT_EQ(ResolvePath("/run/secrets/token", "/etc/exporter/exporter.yaml"), "/run/secrets/token");
  EXPECT_EQ(ResolvePath("token", "exporter.yaml"), "token");
}

}  // namespace
}  // namespace config
