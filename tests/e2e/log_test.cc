#include <gmock/gmock.h>
#include <signal.h>

#include <set>
#include <sstream>
#include <string>

#include "tests/e2e/json.h"
#include "tests/e2e/programs.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using support::Output;
using support::TemporaryFolder;
using ::testing::IsSupersetOf;

constexpr auto kDeadline = 15s;

TEST(Log, IsJsonLineByLineWhenAskedFor) {
  const TemporaryFolder folder;
  const Simulator simulator(folder, ScenarioText());
  simulator.Post("faults", R"([{"operation":"discovery","fault":"internal_error","count":2},
                               {"operation":"latest","fault":"unknown_words"}])");
  Exporter exporter(folder.Write("exporter.yaml", ConfigText(simulator.base_url(), "  max_retries: 0\n")),
                    {"--log.format=json", "--log.level=debug"});
  ASSERT_TRUE(exporter.process().WaitForLine(Output::kStderr, "hibernating", kDeadline)) << exporter.Log();
  exporter.process().Signal(SIGTERM);
  ASSERT_EQ(exporter.process().WaitForExit(kDeadline), 0);

  std::set<std::string> messages;
  std::istringstream lines(exporter.Log());
  for (std::string line; std::getline(lines, line);) {
    const rapidjson::Document object = ParseJson(line);
    ASSERT_TRUE(object.IsObject()) << line;
    for (const char* key : {"ts", "level", "msg"}) ASSERT_TRUE(object.HasMember(key)) << key << " is not in " << line;
    for (const auto& [key, value] : object.GetObject()) EXPECT_TRUE(value.IsString()) << line;
    messages.insert(object["msg"].GetString());
  }
  EXPECT_THAT(messages, IsSupersetOf({"listening", "the API gave no usable answer", "works again", "stopped"}));
}

}  // namespace
}  // namespace e2e
