#include <gmock/gmock.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "exporter/command_line.h"
#include "tests/docs/markdown.h"
#include "tests/docs/shell.h"

namespace docs {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string ExporterHelp() {
  const auto help = exporter::ParseCommandLine(std::vector<std::string>{"--help"});
  return help ? "" : help.error().text;
}

std::vector<std::string> Matches(const std::string& text, const std::regex& pattern) {
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) found.push_back((*at)[1]);
  return found;
}

std::set<std::string> FlagsIn(const std::string& text) {
  static const std::regex kFlag("(?:^|[^-a-z])(--[a-z][a-z.-]*[a-z])");
  const std::vector<std::string> flags = Matches(text, kFlag);
  return {flags.begin(), flags.end()};
}

/// What the flag alone, and the flag with a value, is answered; empty: it is taken.
std::string RefusalOf(const std::string& flag) {
  std::string said;
  for (const std::string& argument : {flag, flag + "=value"}) {
    const auto line = exporter::ParseCommandLine(std::vector<std::string>{argument});
    if (!line && line.error().code != 0) said += line.error().text;
  }
  return said;
}

/// The commands of the shell blocks of a file: one a line.
std::vector<Span> Commands(const Markdown& file) {
  std::vector<Span> commands;
  for (const CodeBlock& block : file.BlocksOf("sh")) {
    std::istringstream lines(block.text);
    int line = block.line;
    for (std::string text; std::getline(lines, text); ++line) {
      if (!text.empty() && !text.starts_with("#")) commands.push_back({text, block.section, line});
    }
  }
  return commands;
}

TEST(ReadmeFlags, AreThoseOfHelp) {
  std::set<std::string> documented;
  for (const auto& row : ReadMarkdown("README.md").TableWith({"flag", "effect"}).rows) {
    documented.merge(FlagsIn(WithoutTicks(row.front())));
  }
  std::set<std::string> shown;
  static const std::regex kAtLineStart("\n  (?:-h,)?(--[a-z.-]+)");
  for (const std::string& flag : Matches(ExporterHelp(), kAtLineStart)) shown.insert(flag);
  ASSERT_GT(shown.size(), 5u) << ExporterHelp();
  EXPECT_EQ(documented, shown) << "the table of flags in README.md and --help must name the same flags";
}

TEST(ReadmeFlags, AreKnownToTheParserWhereverTheyAreNamed) {
  for (const Span& span : ReadMarkdown("README.md").code_spans) {
    if (!span.text.starts_with("--")) continue;
    for (const std::string& flag : FlagsIn(span.text)) {
      EXPECT_THAT(RefusalOf(flag), Not(HasSubstr("unknown flag"))) << "README.md:" << span.line;
    }
  }
}

TEST(ReadmeFlags, AreRefusedExactlyWhenTheyStandUnderNotYet) {
  int refused = 0;
  for (const Span& span : ReadMarkdown("README.md").code_spans) {
    if (!span.text.starts_with("--")) continue;
    for (const std::string& flag : FlagsIn(span.text)) {
      const bool is_refused = RefusalOf(flag).find("is not implemented in this version") != std::string::npos;
      EXPECT_EQ(is_refused, span.section == "Not yet") << "README.md:" << span.line << ": " << flag;
      refused += is_refused ? 1 : 0;
    }
  }
  EXPECT_GT(refused, 0);
}

TEST(ReadmeFlags, HaveTheirDefaults) {
  const exporter::CommandLine defaults;
  for (const auto& row : ReadMarkdown("README.md").TableWith({"flag", "effect"}).rows) {
    if (row[0].find("--web.listen-address") != std::string::npos) {
      EXPECT_THAT(row[1], HasSubstr("default `" + defaults.listen_addresses.front() + "`"));
    }
    if (row[0].find("--web.telemetry-path") != std::string::npos) {
      EXPECT_THAT(row[1], HasSubstr("default `" + defaults.telemetry_path + "`"));
    }
  }
}

TEST(ReadmeCommands, UseOnlyFlagsThatTheProgramsHave) {
  const std::map<std::string, std::string> help = {
      {"./build/release/bin/workers_builds_exporter", ExporterHelp()},
      {"./build/release/bin/workers_builds_simulator", RunShell(BINARY_DIR "/workers_builds_simulator --help").output},
      {"./dev", RunShell("./dev help").output},
  };
  int checked = 0;
  for (const Span& command : Commands(ReadMarkdown("README.md"))) {
    const auto program = help.find(command.text.substr(0, command.text.find(' ')));
    if (program == help.end()) {
      EXPECT_THAT(
          command.text.substr(0, command.text.find(' ')),
          AnyOf("export", "install", "cp", "sed", "promtool", "helm", "kubectl", "apt-get", "systemctl", "docker"))
          << "README.md:" << command.line << ": unknown program";
      continue;
    }
    for (const std::string& flag : FlagsIn(command.text)) {
      ++checked;
      EXPECT_TRUE(FlagsIn(program->second).contains(flag))
          << "README.md:" << command.line << ": " << program->first << " --help does not know " << flag;
    }
  }
  EXPECT_GT(checked, 5);
}

TEST(ReadmeCommands, TakeFilesThatAreThere) {
  static const std::regex kFile(" ((?:deploy|grafana)/[^ ]*)");
  int checked = 0;
  for (const Span& command : Commands(ReadMarkdown("README.md"))) {
    for (const std::string& file : Matches(command.text, kFile)) {
      ++checked;
      const auto listed = RunShell("ls -d " + file);
      EXPECT_EQ(listed.status, 0) << "README.md:" << command.line << ": " << listed.output;
    }
  }
  EXPECT_GE(checked, 4);
}

TEST(ShellBlocks, UseOnlyVerbsThatDevKnows) {
  static const std::regex kVerb("(?:^|[^a-z])\\./dev ([a-z]+)");
  const std::vector<std::string> listed = Matches(RunShell("./dev help").output, kVerb);
  std::set<std::string> known(listed.begin(), listed.end());
  ASSERT_GT(known.size(), 3u);
  known.insert("help");
  for (const std::string& path : AllMarkdownPaths()) {
    const Markdown file = ReadMarkdown(path);
    std::vector<Span> texts = file.code_spans;
    for (const CodeBlock& block : file.blocks) texts.push_back({block.text, block.section, block.line});
    for (const Span& text : texts) {
      for (const std::string& verb : Matches(text.text, kVerb)) {
        EXPECT_TRUE(known.contains(verb)) << path << ":" << text.line << ": ./dev does not know " << verb;
      }
    }
  }
}

TEST(Readme, ShowsTheTwoCommandsFirst) {
  const std::vector<CodeBlock> blocks = ReadMarkdown("README.md").BlocksOf("sh");
  ASSERT_FALSE(blocks.empty());
  EXPECT_EQ(blocks.front().text, "./dev demo\n./dev test\n");
}

TEST(Readme, QuotesLogMessagesThatTheProgramWrites) {
  for (const std::string message : {"Cloudflare refuses the token", "cannot listen on", "Address already in use"}) {
    EXPECT_THAT(ReadText(SOURCE_DIR "/README.md"), HasSubstr("`" + message + "`"));
  }
  EXPECT_THAT(ReadText(SOURCE_DIR "/exporter/poll_reporter.cc"), HasSubstr("\"Cloudflare refuses the token\""));
  EXPECT_THAT(ReadText(SOURCE_DIR "/exporter/web/listen_socket.cc"), HasSubstr("\"cannot listen on \""));
}

}  // namespace
}  // namespace docs
