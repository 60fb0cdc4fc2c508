#include "exporter/log.h"

#include <gmock/gmock.h>

#include <sstream>
#include <thread>
#include <vector>

namespace exporter::log {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class Log : public ::testing::Test {
 protected:
  void SetUp() override { ::testing::internal::CaptureStderr(); }
  void TearDown() override { Configure(config::LogLevel::kInfo, config::LogFormat::kLogfmt); }
  static std::string Written() { return ::testing::internal::GetCapturedStderr(); }
};

TEST_F(Log, WritesOneLogfmtLineAnEvent) {
  Info("listening", {{"address", "[::]:19877"}});
  EXPECT_THAT(Written(), MatchesRegex("ts=20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]"
                                      "\\.[0-9][0-9][0-9]Z level=info msg=listening address=\\[::\\]:19877\n"));
}

TEST_F(Log, QuotesWhatALogfmtReaderWouldSplit) {
  Warn("two words", {{"empty", ""}, {"equals", "a=b"}, {"quote", "say \"x\""}, {"path", "C:\\x"}});
  EXPECT_THAT(Written(),
              HasSubstr(R"(level=warn msg="two words" empty="" equals="a=b" quote="say \"x\"" path="C:\\x")"));
}

TEST_F(Log, NeverLetsAValueStartALine) {
  Error("m", {{"value", "a\nlevel=info\r\t\x01"}});
  EXPECT_THAT(Written(), HasSubstr(R"(value="a\nlevel=info\r\t\u0001")"
                                   "\n"));
}

TEST_F(Log, WritesUtf8WhateverItIsGiven) {
  Error("gr\u00fc\u00df", {{"body", "\xFF<html>"}});
  EXPECT_THAT(Written(), HasSubstr("msg=\"gr\u00fc\u00df\" body=\"\uFFFD<html>\""));
}

TEST_F(Log, WritesJson) {
  Configure(config::LogLevel::kInfo, config::LogFormat::kJson);
  Info("a \"b\"", {{"key", "line\nbreak"}});
  EXPECT_THAT(Written(), MatchesRegex("\\{\"ts\":\"20[^\"]*Z\",\"level\":\"info\",\"msg\":\"a \\\\\"b\\\\\"\","
                                      "\"key\":\"line\\\\nbreak\"\\}\n"));
}

TEST_F(Log, LeavesOutWhatIsBelowTheLevel) {
  Debug("hidden");
  Configure(config::LogLevel::kError, config::LogFormat::kLogfmt);
  Warn("hidden too");
  Configure(config::LogLevel::kDebug, config::LogFormat::kLogfmt);
  Debug("shown");
  const std::string written = Written();
  EXPECT_THAT(written, HasSubstr("level=debug msg=shown"));
  EXPECT_EQ(written.find("hidden"), std::string::npos) << written;
}

TEST_F(Log, TakesBracesAsText) {
  Info("100 % {} {0}", {{"x", "{}"}});
  EXPECT_THAT(Written(), HasSubstr(R"(msg="100 % {} {0}" x={})"));
}

TEST_F(Log, KeepsLinesOfSeveralThreadsWhole) {
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([] {
        for (int line = 0; line < 200; ++line) Info("line", {{"tail", "end"}});
      });
    }
  }
  std::istringstream written(Written());
  int lines = 0;
  for (std::string line; std::getline(written, line); ++lines) {
    EXPECT_THAT(line, MatchesRegex("ts=[^ ]* level=info msg=line tail=end"));
  }
  EXPECT_EQ(lines, 800);
}

}  // namespace
}  // namespace exporter::log
