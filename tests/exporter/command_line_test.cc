#include "exporter/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "exporter/version.h"

namespace exporter {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

using Arguments = std::vector<std::string>;

CommandLine ParseGood(const Arguments& arguments) {
  const tl::expected<CommandLine, Exit> line = ParseCommandLine(arguments);
  EXPECT_TRUE(line) << line.error().text;
  return line.value_or(CommandLine{});
}

Exit ParseBad(const Arguments& arguments) {
  const tl::expected<CommandLine, Exit> line = ParseCommandLine(arguments);
  EXPECT_FALSE(line) << "accepted: " << testing::PrintToString(arguments);
  return line ? Exit{} : line.error();
}

/// A wrong use: code 2, on stderr, with the way to --help.
void ExpectUsage(const Arguments& arguments, const std::string& said) {
  const Exit exit = ParseBad(arguments);
  EXPECT_EQ(exit.code, 2) << testing::PrintToString(arguments);
  EXPECT_EQ(exit.stream, Exit::Stream::kStderr);
  EXPECT_THAT(exit.text, AllOf(StartsWith("workers_builds_exporter: "), HasSubstr(said), EndsWith("--help.\n")));
}

TEST(CommandLine, NeedsNoFlags) {
  const CommandLine line = ParseGood({});
  EXPECT_EQ(line.config_file, "");
  EXPECT_FALSE(line.config_check);
  EXPECT_EQ(line.check_scripts, std::nullopt);
  EXPECT_THAT(line.listen_addresses, ElementsAre(":19877"));
  EXPECT_EQ(line.telemetry_path, "/metrics");
  EXPECT_EQ(line.log_level, std::nullopt);
  EXPECT_EQ(line.log_format, std::nullopt);
}

TEST(CommandLine, ReadsEveryFlagWithAnEqualsSign) {
  const CommandLine line = ParseGood({"--config.file=exporter.yaml", "--config.check", "--config.check-scripts=1000",
                                      "--web.listen-address=127.0.0.1:0", "--web.telemetry-path=/", "--log.level=debug",
                                      "--log.format=json"});
  EXPECT_EQ(line.config_file, "exporter.yaml");
  EXPECT_TRUE(line.config_check);
  EXPECT_EQ(line.check_scripts, 1000);
  EXPECT_THAT(line.listen_addresses, ElementsAre("127.0.0.1:0"));
  EXPECT_EQ(line.telemetry_path, "/");
  EXPECT_EQ(line.log_level, config::LogLevel::kDebug);
  EXPECT_EQ(line.log_format, config::LogFormat::kJson);
}

TEST(CommandLine, ReadsEveryFlagWithASpace) {
  const CommandLine line = ParseGood({"--config.file", "exporter.yaml", "--config.check", "--config.check-scripts", "7",
                                      "--web.listen-address", "[::1]:19877", "--web.telemetry-path", "/m",
                                      "--log.level", "warn", "--log.format", "logfmt"});
  EXPECT_EQ(line.config_file, "exporter.yaml");
  EXPECT_TRUE(line.config_check);
  EXPECT_EQ(line.check_scripts, 7);
  EXPECT_THAT(line.listen_addresses, ElementsAre("[::1]:19877"));
  EXPECT_EQ(line.telemetry_path, "/m");
  EXPECT_EQ(line.log_level, config::LogLevel::kWarn);
  EXPECT_EQ(line.log_format, config::LogFormat::kLogfmt);
}

TEST(CommandLine, ListensOnEveryAddressInTheirOrder) {
  EXPECT_THAT(
      ParseGood({"--web.listen-address=:1", "--web.listen-address", "localhost:2", "--web.listen-address=[::]:3"})
          .listen_addresses,
      ElementsAre(":1", "localhost:2", "[::]:3"));
}

TEST(CommandLine, TakesOneAddressAFlag) {
  ExpectUsage({"--web.listen-address", ":1", ":2"}, "unexpected argument ':2'");
}

TEST(CommandLine, RefusesWhatIsNoAddress) {
  for (const char* address : {"19877", "localhost", ":65536", ":-1", ":x", "::1:80", "[]:80", "[::1]", "http://a:80"}) {
    ExpectUsage({std::string("--web.listen-address=") + address}, "expected :PORT, HOST:PORT or [IPV6]:PORT");
  }
}

TEST(CommandLine, ListensNowhereWhenSystemdDoes) {
  const CommandLine line = ParseGood({"--web.systemd-socket"});
  EXPECT_TRUE(line.systemd_socket);
  EXPECT_THAT(line.listen_addresses, testing::IsEmpty());
  EXPECT_FALSE(ParseGood({}).systemd_socket);
  ExpectUsage({"--web.systemd-socket", "--web.listen-address=:1"},
              "--web.systemd-socket and --web.listen-address exclude each other");
  ExpectUsage({"--web.systemd-socket=yes"}, "--web.systemd-socket takes no value");
}

TEST(CommandLine, RefusesATelemetryPathThatTheServerNeedsOrNobodyCanAskFor) {
  for (const char* path : {"metrics", "/-/healthy", "/-/", "/-", "/config", "/a?b", "/a#b", "/a b", "/%41"}) {
    ExpectUsage({"--web.telemetry-path", path}, "cannot be used");
  }
  EXPECT_EQ(ParseGood({"--web.telemetry-path=/-metrics"}).telemetry_path, "/-metrics");
}

TEST(CommandLine, RefusesAnUnknownFlagWithTheNearestOne) {
  ExpectUsage({"--web.listen-adress=:1"}, "unknown flag '--web.listen-adress'; did you mean --web.listen-address?");
  ExpectUsage({"--config-file", "a"}, "unknown flag '--config-file'; did you mean --config.file?");
  ExpectUsage({"--state.paht=x"}, "unknown flag '--state.paht'; did you mean --state.path?");
  ExpectUsage({"--colour"}, "unknown flag '--colour'\n");
  ExpectUsage({"-v"}, "unknown flag '-v'");
  ExpectUsage({"serve"}, "unexpected argument 'serve': there are only flags");
}

TEST(CommandLine, RefusesMalformedValues) {
  ExpectUsage({"--log.level=loud"}, "--log.level: 'loud' is none of its values: debug, info, warn or error");
  ExpectUsage({"--log.format=xml"}, "--log.format: 'xml' is none of its values: logfmt or json");
  for (const char* number : {"0", "-1", "x", "1e3", "1000001", "99999999999999999999"}) {
    ExpectUsage({"--config.check", std::string("--config.check-scripts=") + number}, "1 to 1000000");
  }
  ExpectUsage({"--config.check=maybe"}, "--config.check takes no value");
}

TEST(CommandLine, RefusesAFlagWithoutItsValue) {
  ExpectUsage({"--config.file"}, "--config.file needs a value");
  ExpectUsage({"--config.file="}, "--config.file needs a value");
  ExpectUsage({"--config.file", ""}, "--config.file needs a value");
  ExpectUsage({"--config.file", "--config.check"}, "--config.file needs a value");
  ExpectUsage({"--log.level=", "info"}, "--log.level needs a value");
}

TEST(CommandLine, RefusesAFlagThatIsGivenTwice) {
  ExpectUsage({"--config.file=a", "--config.file=b"}, "--config.file is given twice: give it once");
  ExpectUsage({"--log.level=info", "--log.level", "debug"}, "--log.level is given twice: give it once");
}

TEST(CommandLine, EstimatesForScriptsOnlyWhenItChecks) {
  ExpectUsage({"--config.check-scripts=5"}, "--config.check-scripts goes with --config.check only");
}

TEST(CommandLine, TakesTheShard) {
  const CommandLine line = ParseGood({"--shard.total=3", "--shard.index", "2"});
  EXPECT_EQ(line.shard_total, 3);
  EXPECT_EQ(line.shard_index, 2);
  EXPECT_EQ(ParseGood({}).shard_total, 1);
  EXPECT_EQ(ParseGood({"--shard.total=3"}).shard_index, std::nullopt);
}

TEST(CommandLine, RefusesShardsThatCannotBe) {
  ExpectUsage({"--shard.index=0"}, "--shard.index goes with --shard.total only");
  ExpectUsage({"--shard.total=0"}, "--shard.total: '0' is no number of shards: 1 to 1000");
  ExpectUsage({"--shard.total=three"}, "--shard.total: 'three' is no number of shards: 1 to 1000");
  ExpectUsage({"--shard.total=3", "--shard.index=3"}, "--shard.index: '3' is no shard of 3: 0 to 2");
  ExpectUsage({"--shard.total=3", "--shard.index=-1"}, "--shard.index: '-1' is no shard of 3: 0 to 2");
}

TEST(CommandLine, RefusesWhatIsNotImplementedYet) {
  for (const Arguments& arguments :
       {Arguments{"--web.config.file=web.yml"}, {"--web.config.file", "web.yml"}, {"--web.enable-lifecycle"}}) {
    const Exit exit = ParseBad(arguments);
    const std::string flag = arguments[0].substr(0, arguments[0].find('='));
    EXPECT_EQ(exit.code, 1) << flag;
    EXPECT_EQ(exit.stream, Exit::Stream::kStderr);
    EXPECT_EQ(exit.text,
              "workers_builds_exporter: " + flag + " is not implemented in this version: start without it\n");
  }
}

TEST(CommandLine, PrintsVersionAndRevisionAsPrometheusProgramsDo) {
  const Exit exit = ParseBad({"--version"});
  EXPECT_EQ(exit.code, 0);
  EXPECT_EQ(exit.stream, Exit::Stream::kStdout);
  EXPECT_EQ(exit.text, VersionText());
  EXPECT_THAT(exit.text,
              testing::ContainsRegex("^workers_builds_exporter, version [0-9][0-9a-z.+~]* \\(revision: [0-9a-z]+\\)\n"
                                     "  compiler: [a-z]+ [0-9.]+\n$"));
}

TEST(CommandLine, HelpNamesEveryFlagThatWorks) {
  for (const char* flag : {"--help", "-h"}) {
    const Exit exit = ParseBad({flag});
    EXPECT_EQ(exit.code, 0);
    EXPECT_EQ(exit.stream, Exit::Stream::kStdout);
    for (const char* known : {"--config.file", "--config.check", "--config.check-scripts", "--web.listen-address",
                              "--web.systemd-socket", "--web.telemetry-path", "--state.path", "--shard.total",
                              "--shard.index", "--log.level", "--log.format", "--version", "--help"}) {
      EXPECT_THAT(exit.text, HasSubstr(known));
    }
    EXPECT_THAT(exit.text, EndsWith("\n"));
  }
}

}  // namespace
}  // namespace exporter
