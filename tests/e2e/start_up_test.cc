#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <utility>

#include "tests/e2e/programs.h"

namespace e2e {
namespace {

using support::Finished;
using support::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const std::string kName = "workers_builds_exporter";

std::string AccountWith(const std::string& line) {
  return "accounts:\n  - id: " + std::string(kAccountId) + "\n    " + line + "\n";
}

Finished RunExporter(std::vector<std::string> arguments) {
  return support::Run(ExporterCommand(std::move(arguments)));
}

Finished RunWithConfig(const TemporaryFolder& folder, const std::string& config,
                       std::vector<std::string> more_flags = {}) {
  more_flags.insert(more_flags.begin(),
                    {"--config.file=" + folder.Write("exporter.yaml", config), "--web.listen-address=127.0.0.1:0"});
  return RunExporter(std::move(more_flags));
}

std::string Times(const std::string& text, const std::string& part) {
  int times = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++times;
  return std::to_string(times) + " times";
}

/// One message of the program, which has all of `parts`, and nothing else but lines of the log.
void ExpectRefusal(const Finished& finished, int code, const std::vector<std::string>& parts) {
  EXPECT_EQ(finished.exit_code, code) << finished.stderr_text;
  EXPECT_THAT(finished.stdout_text, IsEmpty());
  for (const std::string& part : parts) EXPECT_THAT(finished.stderr_text, HasSubstr(part));
  EXPECT_EQ(Times(finished.stderr_text, kName + ": "), "1 times") << finished.stderr_text;
  EXPECT_THAT(finished.stderr_text, ::testing::EndsWith("\n"));
}

TEST(StartUp, RefusesToStartWithoutAConfiguration) {
  ExpectRefusal(RunExporter({"--web.listen-address=127.0.0.1:0"}), 1,
                {"CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID"});
}

TEST(StartUp, RefusesAConfigurationFileThatIsNotThere) {
  const TemporaryFolder folder;
  ExpectRefusal(RunExporter({"--config.file=" + folder.Path("missing.yaml")}), 1, {folder.Path("missing.yaml")});
}

TEST(StartUp, RefusesATokenFileThatIsNotThere) {
  const TemporaryFolder folder;
  ExpectRefusal(RunWithConfig(folder, AccountWith("api_token_file: no-such-token")), 1,
                {"exporter.yaml:3: accounts[0].api_token_file: ", "no such file"});
}

TEST(StartUp, RefusesATokenFileThatIsADirectory) {
  const TemporaryFolder folder;
  ExpectRefusal(RunWithConfig(folder, AccountWith("api_token_file: .")), 1,
                {"exporter.yaml:3: accounts[0].api_token_file: ", "is a directory"});
}

TEST(StartUp, RefusesAKeyThatItDoesNotKnow) {
  const TemporaryFolder folder;
  ExpectRefusal(RunWithConfig(folder, AccountWith("api_token: x") + "pol:\n  interval: 5s\n"), 1,
                {"exporter.yaml:4: pol: ", "poll"});
}

TEST(StartUp, RefusesAnAccountIdThatIsNotHex) {
  const TemporaryFolder folder;
  ExpectRefusal(RunWithConfig(folder, "accounts:\n  - id: my-account\n    api_token: x\n"), 1,
                {"exporter.yaml:2: accounts[0].id: ", "32 hex digits"});
}

TEST(StartUp, RefusesABadRegularExpression) {
  const TemporaryFolder folder;
  ExpectRefusal(RunWithConfig(folder, AccountWith("api_token: x\n    scripts: {include: ['api-(']}")), 1,
                {"exporter.yaml:4: accounts[0].scripts.include[0]: ", "'api-('"});
}

TEST(StartUp, ReportsAllProblemsAtOnce) {
  const TemporaryFolder folder;
  const std::string config = AccountWith("api_token: x") + "poll: {interval: often}\nlog: {level: loud}\n";
  ExpectRefusal(RunWithConfig(folder, config), 1, {":4: poll.interval: ", ":5: log.level: "});
}

TEST(StartUp, RefusesAPortThatAnotherProgramHolds) {
  const TemporaryFolder folder;
  const Simulator holder(folder, ScenarioText());
  const std::string rest = holder.base_url().substr(std::string("http://").size());
  const std::string address = rest.substr(0, rest.find('/'));
  const std::string config = folder.Write("exporter.yaml", ConfigText(holder.base_url()));
  ExpectRefusal(RunExporter({"--config.file=" + config, "--web.listen-address=" + address}), 1,
                {"cannot listen on " + address, "in use"});
}

class NotBuiltFlag : public ::testing::TestWithParam<const char*> {};

TEST_P(NotBuiltFlag, IsRefusedAndNotIgnored) {
  const TemporaryFolder folder;
  const std::string flag = GetParam();
  ExpectRefusal(RunWithConfig(folder, AccountWith("api_token: x"), {flag}), 1,
                {flag.substr(0, flag.find('=')) + " is not implemented"});
}

INSTANTIATE_TEST_SUITE_P(StartUp, NotBuiltFlag,
                         ::testing::Values("--web.config.file=web.yaml", "--web.enable-lifecycle"));

TEST(StartUp, EndsWithTwoForAFlagThatItDoesNotKnow) {
  ExpectRefusal(RunExporter({"--config.fiel=x"}), 2, {"'--config.fiel'", "did you mean --config.file?", "--help"});
}

TEST(StartUp, EndsWithTwoForAnArgumentThatIsNoFlag) {
  ExpectRefusal(RunExporter({"exporter.yaml"}), 2, {"exporter.yaml", "--help"});
}

TEST(ConfigCheck, SaysWhatAGoodConfigurationCosts) {
  const TemporaryFolder folder;
  const Finished finished =
      RunWithConfig(folder, AccountWith("api_token: x"), {"--config.check", "--config.check-scripts=1000"});
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_THAT(finished.stdout_text, AllOf(HasSubstr("1000"), HasSubstr("requests"), HasSubstr("Series")));
  EXPECT_THAT(finished.stderr_text, IsEmpty());
}

TEST(ConfigCheck, NamesEveryProblemOfABadConfiguration) {
  const TemporaryFolder folder;
  const std::string config = AccountWith("api_token: x") + "poll: {interval: often}\nlog: {level: loud}\n";
  ExpectRefusal(RunWithConfig(folder, config, {"--config.check"}), 1, {":4: poll.interval: ", ":5: log.level: "});
}

TEST(CommandLine, PrintsItsVersion) {
  const Finished finished = RunExporter({"--version"});
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_THAT(finished.stdout_text, StartsWith(kName + ", version "));
  EXPECT_THAT(finished.stderr_text, IsEmpty());
}

TEST(CommandLine, HelpsWithEveryFlagThatItTakesAndNoOther) {
  const Finished finished = RunExporter({"--help"});
  EXPECT_EQ(finished.exit_code, 0);
  for (const char* flag : {"--config.file", "--config.check", "--config.check-scripts", "--web.listen-address",
                           "--web.telemetry-path", "--web.systemd-socket", "--state.path", "--shard.total",
                           "--shard.index", "--log.level", "--log.format", "--version", "--help"}) {
    EXPECT_THAT(finished.stdout_text, HasSubstr(flag));
  }
  for (const char* flag : {"--web.config.file", "--web.enable-lifecycle"}) {
    EXPECT_THAT(finished.stdout_text, ::testing::Not(HasSubstr(flag))) << "it is refused";
  }
  EXPECT_THAT(finished.stderr_text, IsEmpty());
}

}  // namespace
}  // namespace e2e
