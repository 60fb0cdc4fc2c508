#include "client/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>
#include <vector>

#include "tests/support/temporary_file.h"

namespace workers_builds {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using testing::TemporaryFile;
namespace fs = std::filesystem;

std::string ErrorOf(Credentials& credentials) {
  const auto token = credentials.BearerToken();
  return token ? "no error" : token.error();
}

TEST(FixedCredentials, GiveTheTokenWithoutWhiteSpaceAtItsEnd) {
  EXPECT_EQ(MakeFixedCredentials("abc\r\n ")->BearerToken(), "abc");
}

TEST(FixedCredentials, AnEmptyTokenIsAnError) {
  EXPECT_EQ(ErrorOf(*MakeFixedCredentials(" \n")), "the API token is empty: put a Cloudflare user API token there");
}

TEST(FileCredentials, GiveTheTokenWithoutWhiteSpaceAtItsEnd) {
  const TemporaryFile file("cfut_abc\n\n");
  EXPECT_EQ(MakeFileCredentials(file.path())->BearerToken(), "cfut_abc");
}

TEST(FileCredentials, AFileThatIsNotThereIsAnErrorThatNamesIt) {
  EXPECT_EQ(ErrorOf(*MakeFileCredentials("/nonexistent/token")),
            "the token file '/nonexistent/token' cannot be read: No such file or directory; check the path and its "
            "permissions");
}

TEST(FileCredentials, AnEmptyFileIsAnErrorThatNamesIt) {
  const TemporaryFile file("\n");
  EXPECT_EQ(ErrorOf(*MakeFileCredentials(file.path())),
            "the token file '" + file.path() + "' is empty: put a Cloudflare user API token there");
}

TEST(FileCredentials, ADirectoryIsAnError) {
  EXPECT_THAT(ErrorOf(*MakeFileCredentials(::testing::TempDir())), HasSubstr("is no regular file"));
}

TEST(FileCredentials, AFileThatIsNoTokenIsAnErrorThatDoesNotShowIt) {
  for (const auto& text : {std::string("hidden\ntoken"), std::string("Bearer hidden"), std::string("hidden\0x", 8),
                           std::string("hidden\x7F"), std::string("hidden\xC3\xBC"), std::string("\xEF\xBB\xBFhidden"),
                           std::string(5000, 'x') + "hidden"}) {
    const TemporaryFile file(text);
    const auto error = ErrorOf(*MakeFileCredentials(file.path()));
    EXPECT_THAT(error, StartsWith("the token file '" + file.path() + "' has "));
    EXPECT_THAT(error, Not(HasSubstr("hidden")));
  }
}

TEST(FileCredentials, AnErrorSaysWhichByteIsWrong) {
  const TemporaryFile file("Bearer x");
  EXPECT_THAT(ErrorOf(*MakeFileCredentials(file.path())), HasSubstr("(byte 7 is 32)"));
}

TEST(FileCredentials, AFileThatGrewIsReadAgain) {
  const TemporaryFile file("old");
  const auto credentials = MakeFileCredentials(file.path());
  EXPECT_EQ(credentials->BearerToken(), "old");
  file.Write("newer");
  EXPECT_EQ(credentials->BearerToken(), "newer");
}

TEST(FileCredentials, AFileWithALaterModificationTimeIsReadAgain) {
  const TemporaryFile file("old");
  const auto credentials = MakeFileCredentials(file.path());
  EXPECT_EQ(credentials->BearerToken(), "old");
  const auto before = fs::last_write_time(file.path());
  file.Write("new");
  fs::last_write_time(file.path(), before + std::chrono::seconds(1));
  EXPECT_EQ(credentials->BearerToken(), "new");
}

TEST(FileCredentials, AFileThatAnotherReplacedIsReadAgain) {
  const TemporaryFile file("old");
  const TemporaryFile next("new");
  fs::last_write_time(next.path(), fs::last_write_time(file.path()));
  const auto credentials = MakeFileCredentials(file.path());
  EXPECT_EQ(credentials->BearerToken(), "old");
  fs::rename(next.path(), file.path());
  EXPECT_EQ(credentials->BearerToken(), "new");
}

TEST(FileCredentials, ASymbolicLinkThatPointsElsewhereIsReadAgain) {
  const TemporaryFile first("first");
  const TemporaryFile second("second");
  const TemporaryFile link("");
  fs::remove(link.path());
  fs::create_symlink(first.path(), link.path());
  const auto credentials = MakeFileCredentials(link.path());
  EXPECT_EQ(credentials->BearerToken(), "first");
  fs::remove(link.path());
  fs::create_symlink(second.path(), link.path());
  EXPECT_EQ(credentials->BearerToken(), "second");
}

/// Changes the token so that nothing else about the file shows it.
void WriteUnseen(const TemporaryFile& file, const std::string& text) {
  const auto before = fs::last_write_time(file.path());
  file.Write(text);
  fs::last_write_time(file.path(), before);
}

TEST(FileCredentials, AnUnchangedFileIsNotReadAgain) {
  const TemporaryFile file("old");
  const auto credentials = MakeFileCredentials(file.path());
  EXPECT_EQ(credentials->BearerToken(), "old");
  WriteUnseen(file, "new");
  EXPECT_EQ(credentials->BearerToken(), "old");
}

TEST(FileCredentials, ARefusedTokenIsReadAgain) {
  const TemporaryFile file("old");
  const auto credentials = MakeFileCredentials(file.path());
  EXPECT_EQ(credentials->BearerToken(), "old");
  WriteUnseen(file, "new");
  credentials->Refused();
  EXPECT_EQ(credentials->BearerToken(), "new");
}

TEST(FileCredentials, AFileThatComesBackIsReadAgain) {
  const TemporaryFile file("old");
  const auto credentials = MakeFileCredentials(file.path());
  EXPECT_EQ(credentials->BearerToken(), "old");
  fs::remove(file.path());
  EXPECT_THAT(ErrorOf(*credentials), HasSubstr("cannot be read"));
  file.Write("new");
  EXPECT_EQ(credentials->BearerToken(), "new");
}

TEST(FileCredentials, ServeSeveralThreads) {
  const TemporaryFile file("token");
  const auto credentials = MakeFileCredentials(file.path());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int call = 0; call < 200; ++call) {
        EXPECT_EQ(credentials->BearerToken(), "token");
        credentials->Refused();
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace workers_builds
