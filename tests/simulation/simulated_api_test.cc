#include "tests/simulation/simulated_api.h"

#include <gtest/gtest.h>

#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "client/builds_client.h"
#include "client/credentials.h"
#include "exporter/ledger/build_row.h"
#include "exporter/poll/call_runner.h"
#include "tests/component/simulator_transport.h"

namespace simulation {
namespace {

namespace ledger = exporter::ledger;

using exporter::poll::Call;
using exporter::poll::CallResult;
using exporter::poll::Collector;
using std::chrono::hours;
using workers_builds::FormatTimestamp;

constexpr std::chrono::sys_days kStart = std::chrono::year(2026) / 9 / 14;

/// Everything that the exporter takes from an answer, as text.
std::string Fact(const workers_builds::Build& build) {
  const ledger::BuildRow row = ledger::Merge(nullptr, build, 0, kStart).row;
  std::ostringstream text;
  const auto add = [&text](const std::optional<workers_builds::Timestamp>& at) {
    text << " " << (at ? FormatTimestamp(*at) : "-");
  };
  text << FormatUuid(row.uuid) << " " << ledger::ToWord(row.status) << " " << ledger::ToWord(row.branch_class) << " "
       << ledger::ToWord(row.source) << " " << (row.outcome ? ledger::ToWord(*row.outcome) : "-");
  for (const auto& at : {std::optional(row.created), row.initializing, row.running, row.stopped}) add(at);
  text << " " << build.trigger->repo_connection->repo_name << " " << build.trigger->repo_connection->provider_type;
  for (const std::string& branch : build.trigger->branch_includes) text << " " << branch;
  return text.str();
}

std::vector<std::string> Facts(const CallResult& result) {
  if (!result.payload) return {std::string(ToWord(result.payload.error().reason))};
  std::vector<std::string> facts = {FormatTimestamp(result.meta.date.value())};
  if (const auto* scripts = std::get_if<std::vector<workers_builds::Script>>(&*result.payload)) {
    for (const auto& script : *scripts) facts.push_back(script.tag + " " + script.name);
  } else if (const auto* latest = std::get_if<workers_builds::LatestBuilds>(&*result.payload)) {
    for (const auto& [tag, build] : *latest) facts.push_back(tag + " " + Fact(build));
  } else if (const auto* page = std::get_if<workers_builds::BuildPage>(&*result.payload)) {
    facts.push_back(std::to_string(page->total_count.value()) + " rows in " + std::to_string(*page->total_pages));
    for (const auto& build : page->builds) facts.push_back(Fact(build));
  } else if (const auto* build = std::get_if<workers_builds::Build>(&*result.payload)) {
    facts.push_back(Fact(*build));
  } else if (const auto* limits = std::get_if<workers_builds::AccountLimits>(&*result.payload)) {
    facts.push_back(limits->has_reached_build_minutes_limit.value() ? "reached" : "not reached");
    facts.push_back(FormatTimestamp(limits->build_minutes_refresh_on.value()));
  } else {
    facts.push_back(std::get<workers_builds::TokenStatus>(*result.payload).status);
  }
  return facts;
}

/// The same account twice: behind the client and the router, and behind SimulatedApi.
class SimulatedApiTest : public ::testing::Test {
 protected:
  static simulator::Scenario FreeAccount() {
    simulator::Scenario scenario;
    scenario.accounts.front().plan = simulator::Plan::kFree;
    return scenario;
  }

  void ExpectTheSame(const Call& call) {
    SCOPED_TRACE(ToWord(call.collector));
    const CallResult through_http =
        exporter::poll::RunCall(client_, simulator_.accounts().front().id(), call, hours(1), {});
    const CallResult typed = api_.Answer(call, now_);
    EXPECT_EQ(Facts(typed), Facts(through_http));
    EXPECT_EQ(typed.meta.status, through_http.meta.status);
  }

  Call CallOf(Collector collector, std::size_t script = 0) const {
    Call call;
    call.collector = collector;
    call.tags = {accounts_.front().scripts()[script].tag};
    call.per_page = 25;
    return call;
  }

  simulator::Instant now_ = kStart;
  simulator::Scenario scenario_ = FreeAccount();
  simulator::Simulator simulator_{scenario_, kStart};
  exporter::testing::SimulatorTransport transport_{simulator_, now_};
  std::unique_ptr<workers_builds::Credentials> credentials_ = workers_builds::MakeFixedCredentials("simulated-token");
  workers_builds::BuildsClient client_{transport_, *credentials_};
  std::vector<simulator::SimulatedAccount> accounts_ = {
      simulator::SimulatedAccount(scenario_.accounts.front(), scenario_.seed, kStart)};
  SimulatedApi api_{accounts_};
};

TEST_F(SimulatedApiTest, AnswersAsTheClientUnderstandsTheRouter) {
  for (int step = 0; step < 20; ++step) {
    now_ += std::chrono::milliseconds(61'234);
    for (const Collector collector : exporter::poll::kCollectors) {
      if (collector != Collector::kBuild) ExpectTheSame(CallOf(collector));
    }
    Call latest = CallOf(Collector::kLatest);
    for (std::size_t script = 1; script < accounts_.front().scripts().size(); ++script) {
      latest.tags.push_back(accounts_.front().scripts()[script].tag);
    }
    ExpectTheSame(latest);
    Call second_page = CallOf(Collector::kList, 1);
    second_page.page = 2;
    second_page.per_page = 3;
    ExpectTheSame(second_page);
    Call build = CallOf(Collector::kBuild);
    build.uuid = *workers_builds::ParseUuid(accounts_.front().builds().back().uuid);
    ExpectTheSame(build);
  }
}

TEST_F(SimulatedApiTest, ShowsNoRowThatIsLate) {
  now_ += hours(1);
  api_.Answer(CallOf(Collector::kDiscovery), now_);
  accounts_.front().Hide(accounts_.front().scripts()[1].builds.back(), now_ + hours(1));
  Call build = CallOf(Collector::kBuild);
  const simulator::Build& hidden = accounts_.front().builds()[accounts_.front().scripts()[1].builds.back()];
  build.uuid = *workers_builds::ParseUuid(hidden.uuid);
  EXPECT_EQ(Facts(api_.Answer(build, now_)), std::vector<std::string>{"not_found"});
  const auto list = api_.Answer(CallOf(Collector::kList, 1), now_);
  const auto& page = std::get<workers_builds::BuildPage>(*list.payload);
  EXPECT_EQ(page.total_count, static_cast<std::int64_t>(accounts_.front().scripts()[1].builds.size()) - 1);
  for (const auto& shown : page.builds) EXPECT_NE(FormatUuid(*shown.uuid), hidden.uuid);
  EXPECT_NE(Facts(api_.Answer(build, now_ + hours(1))), std::vector<std::string>{"not_found"});
}

TEST_F(SimulatedApiTest, DoesNotKnowTheListOfADeletedScript) {
  ASSERT_TRUE(accounts_.front().Delete(accounts_.front().scripts()[0].name));
  EXPECT_EQ(Facts(api_.Answer(CallOf(Collector::kList), now_)), std::vector<std::string>{"not_found"});
  EXPECT_EQ(Facts(api_.Answer(CallOf(Collector::kLatest), now_)).size(), 1U);
}

}  // namespace
}  // namespace simulation
