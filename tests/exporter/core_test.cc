#include "exporter/core.h"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/fake_account.h"
#include "tests/support/memory_ledger_store.h"
#include "tests/support/page_text.h"
#include "tests/support/recording_observer.h"

namespace exporter {
namespace {

using poll::Collector;
using poll::MonoTime;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

/// One account in virtual time: what is due is asked and answered at once, what has changed is rendered.
class CoreTest : public ::testing::Test {
 protected:
  CoreTest() {
    config_.accounts.resize(1);
    config_.accounts[0].id = config_.accounts[0].name = "a";
    account_.AddScripts(1);
  }

  void Start() {
    core_ = std::make_unique<Core>(config_, std::vector<std::size_t>{0}, store_, observer_, [] { return 0.5; });
  }

  support::Timestamp ApiNow() const { return support::kT0 + (now_ - kStart); }

  void Answer(const poll::Request& request) {
    auto result = account_.Answer(request.call, ApiNow());
    if (fails_) result.payload = tl::unexpected(support::FakeAccount::ErrorOf(workers_builds::ErrorReason::kTimeout));
    core_->Complete(request, result, now_);
  }

  void ShowWhatChanged() {
    if (!core_->Changed(now_)) return;
    page_ = core_->Render(now_);
    ++renderings_;
  }

  /// The next request that is due until `end`, if there is one; time goes on to it.
  std::optional<poll::Request> NextUntil(MonoTime end) {
    while (true) {
      const poll::NextStep step = core_->Next(now_);
      if (const auto* request = std::get_if<poll::Request>(&step)) return *request;
      const auto* wait = std::get_if<poll::WaitUntil>(&step);
      if (wait == nullptr || wait->at > end) return std::nullopt;
      now_ = std::max(wait->at, now_ + 1ms);
    }
  }

  void RunUntil(MonoTime end) {
    while (const auto request = NextUntil(end)) {
      Answer(*request);
      ShowWhatChanged();
    }
    now_ = end;
    ShowWhatChanged();
  }
  void RunFor(std::chrono::milliseconds duration) { RunUntil(now_ + duration); }

  std::vector<std::string> Shown(const std::string& name) const {
    return support::SamplesOf(support::TextOf(*page_), name);
  }
  /// Of script1's failures in production.
  std::string ShownFailures() const {
    for (const std::string& line : Shown("completed_total")) {
      if (line.find(R"(script_name="script1",branch_class="production",outcome="fail")") == std::string::npos) continue;
      return line.substr(line.rfind(' ') + 1);
    }
    return "absent";
  }

  static constexpr MonoTime kStart{std::chrono::hours(1000)};

  config::Config config_;
  support::FakeAccount account_;
  support::MemoryLedgerStore store_;
  support::RecordingObserver observer_;
  std::unique_ptr<Core> core_;
  MonoTime now_ = kStart;
  /// Every call times out.
  bool fails_ = false;
  std::shared_ptr<const exposition::Page> page_;
  int renderings_ = 0;
};

TEST_F(CoreTest, TheFirstPageIsThereBeforeAnyAnswer) {
  Start();
  ASSERT_TRUE(core_->Changed(now_));
  page_ = core_->Render(now_);
  EXPECT_THAT(Shown("up"), ElementsAre(R"(up{account="a"} 0)"));
  EXPECT_FALSE(core_->Changed(now_));
  EXPECT_EQ(core_->NextReleaseAt(), std::nullopt);
}

TEST_F(CoreTest, WhatAnAnswerChangesIsRendered) {
  account_.builds["tag0"] = {{.number = 1, .created = support::kT0 + 5min}};
  Start();
  RunFor(4min);
  EXPECT_THAT(Shown("up"), ElementsAre(R"(up{account="a"} 1)"));
  EXPECT_THAT(Shown("latest_status"), IsEmpty());
  RunFor(10min);
  EXPECT_THAT(Shown("latest_status"),
              ::testing::Contains(
                  R"(latest_status{account="a",script_name="script0",branch_class="production",status="stopped"} 1)"));
}

TEST_F(CoreTest, AnswersWithoutNewsMakeNoPage) {
  account_.builds["tag0"] = {{.number = 1}};
  Start();
  RunFor(1h);
  ASSERT_FALSE(core_->Changed(now_));
  int latest = 0;
  while (latest < 3) {
    const auto request = NextUntil(now_ + 10min);
    ASSERT_TRUE(request.has_value());
    Answer(*request);
    if (request->call.collector == Collector::kLatest) {
      ++latest;
      EXPECT_FALSE(core_->Changed(now_));
    }
    ShowWhatChanged();
  }
}

TEST_F(CoreTest, CountersThatAppearLateShowTheirValueTwoMinutesLater) {
  Start();
  RunFor(10min);
  account_.AddScripts(1);
  account_.builds["tag1"] = {{.number = 1, .created = ApiNow() + 1min, .outcome = support::BuildOutcome::kFail}};
  const MonoTime deadline = now_ + 30min;
  while (ShownFailures() == "absent" && now_ < deadline) RunFor(1s);
  EXPECT_EQ(ShownFailures(), "0") << "increase() would not see the first failure";
  const auto release = core_->NextReleaseAt();
  ASSERT_TRUE(release.has_value());
  EXPECT_GT(*release, now_ + 1min);
  EXPECT_LE(*release, now_ + 2min);
  RunUntil(*release - 1ms);
  EXPECT_EQ(ShownFailures(), "0");
  EXPECT_FALSE(core_->Changed(now_));
  now_ = *release;
  EXPECT_TRUE(core_->Changed(now_));
  page_ = core_->Render(now_);
  EXPECT_EQ(ShownFailures(), "1");
  EXPECT_EQ(core_->NextReleaseAt(), std::nullopt);
}

TEST_F(CoreTest, UpFallsByTimeAloneAndTheValuesStay) {
  account_.builds["tag0"] = {{.number = 1}};
  Start();
  RunFor(10min);
  ASSERT_THAT(Shown("up"), ElementsAre(R"(up{account="a"} 1)"));
  const auto status = Shown("latest_status");
  ASSERT_THAT(status, Not(IsEmpty()));
  now_ += 30min;
  EXPECT_TRUE(core_->Changed(now_));
  page_ = core_->Render(now_);
  EXPECT_THAT(Shown("up"), ElementsAre(R"(up{account="a"} 0)"));
  EXPECT_EQ(Shown("latest_status"), status);
  EXPECT_FALSE(core_->Changed(now_)) << "it fell once";
}

TEST_F(CoreTest, AnAccountThatCannotBeReachedKeepsItsValues) {
  account_.builds["tag0"] = {{.number = 1}};
  Start();
  RunFor(10min);
  const auto scripts = Shown("scripts");
  const auto status = Shown("latest_status");
  fails_ = true;
  RunFor(1h);
  EXPECT_THAT(Shown("up"), ElementsAre(R"(up{account="a"} 0)"));
  EXPECT_EQ(Shown("scripts"), scripts);
  EXPECT_EQ(Shown("latest_status"), status);
  fails_ = false;
  RunFor(10min);
  EXPECT_THAT(Shown("up"), ElementsAre(R"(up{account="a"} 1)"));
}

TEST_F(CoreTest, AnUnknownTicketIsIgnored) {
  Start();
  RunFor(10min);
  const auto all = Shown("");
  poll::Request unknown;
  unknown.ticket = 1'000'000;
  account_.AddScripts(1);
  Answer(unknown);
  page_ = core_->Render(now_);
  EXPECT_EQ(Shown(""), all) << "nobody asked for the discovery that this pretends to be";
  EXPECT_THAT(core_->ledger().account(0).scripts, SizeIs(1));
}

TEST_F(CoreTest, ASecondAnswerToOneRequestIsIgnored) {
  Start();
  const auto discovery = NextUntil(now_ + 1min);
  ASSERT_TRUE(discovery.has_value());
  ASSERT_EQ(discovery->call.collector, Collector::kDiscovery);
  Answer(*discovery);
  account_.AddScripts(1);
  Answer(*discovery);
  EXPECT_THAT(core_->ledger().account(0).scripts, SizeIs(1));
}

TEST_F(CoreTest, ACallThatChangesOneScriptLeavesTheOthersAsTheyWereRendered) {
  account_.AddScripts(99);
  for (std::uint32_t i = 0; i < 100; ++i) account_.builds["tag" + std::to_string(i)] = {{.number = i + 1}};
  Start();
  RunFor(10min);
  const auto before = page_;
  account_.builds["tag40"].push_back({.number = 1000, .created = ApiNow() + 1s});
  RunFor(10min);
  const auto pieces_of = [](const exposition::Page& page) {
    return page.family(metrics::Family::kSubmittedTotal)->in(exposition::Format::kText).samples->groups.front()->pieces;
  };
  const auto old = pieces_of(*before);
  const auto now = pieces_of(*page_);
  ASSERT_EQ(old.size(), 4U) << "chunks of 32 scripts";
  ASSERT_EQ(now.size(), 4U);
  for (const std::size_t i : {0U, 2U, 3U}) EXPECT_EQ(now[i].text, old[i].text) << i;
  EXPECT_NE(*now[1].text, *old[1].text);
  EXPECT_EQ(page_->family(metrics::Family::kScriptInfo), before->family(metrics::Family::kScriptInfo));
}

TEST_F(CoreTest, AScriptThatLeavesTakesItsSamplesAlong) {
  account_.AddScripts(1);
  account_.builds["tag0"] = {{.number = 1}};
  account_.builds["tag1"] = {{.number = 2}};
  Start();
  RunFor(10min);
  ASSERT_THAT(Shown("script_info"), SizeIs(2));
  account_.scripts.erase(account_.scripts.begin());
  RunFor(30min);
  EXPECT_THAT(Shown("script_info"), SizeIs(1));
  EXPECT_THAT(Shown("latest_status"), Each(HasSubstr("script1")));
}

}  // namespace
}  // namespace exporter
