#include "exporter/poller.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/support/blocking_ledger_store.h"
#include "tests/support/fake_builds_api.h"
#include "tests/support/fake_clock.h"
#include "tests/support/page_text.h"
#include "tests/support/recording_observer.h"

namespace exporter {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;
using namespace std::chrono_literals;

/// Two accounts with a token of their own, and the newest page.
class PollerTest : public ::testing::Test {
 protected:
  PollerTest() {
    for (int i = 0; i < 2; ++i) {
      config::Account account;
      account.id = account.name = "account" + std::to_string(i);
      config_.accounts.push_back(account);
      apis_[i].account.AddScripts(1);
      apis_[i].account.builds["tag0"] = {{.number = static_cast<std::uint32_t>(i + 1)}};
    }
    config_.api.requests_per_5m = 1200;
  }
  ~PollerTest() override { store_.Unblock(); }

  void Start(std::size_t workers = 8) {
    core_ = std::make_unique<Core>(config_, tokens_, store_, observer_, [] { return 0.5; });
    poller_ = std::make_unique<Poller>(
        *core_, std::vector<Poller::Account>{{"account0", &apis_[0]}, {"account1", &apis_[1]}}, workers, clock_,
        Poller::Hooks{.on_page =
                          [this](const std::shared_ptr<const exposition::Page>& page) {
                            const std::lock_guard lock(mutex_);
                            text_ = support::TextOf(*page);
                            changed_.notify_all();
                          },
                      .on_step =
                          [this](poll::MonoTime) {
                            // Time goes on at each turn, so that what is due comes
                            // without waiting for it.
                            clock_.Advance(turn_);
                            const std::lock_guard lock(mutex_);
                            ++steps_;
                            changed_.notify_all();
                          }});
    poller_->Start();
  }

  /// The page, once it holds the text; empty when that takes longer than a test should.
  std::string WaitForPage(const std::string& part) {
    std::unique_lock lock(mutex_);
    const bool there = changed_.wait_for(lock, 20s, [&] { return text_.find(part) != std::string::npos; });
    return there ? text_ : "";
  }
  bool WaitForSteps(int more) {
    std::unique_lock lock(mutex_);
    const int until = steps_ + more;
    return changed_.wait_for(lock, 20s, [&] { return steps_ >= until; });
  }

  config::Config config_;
  support::FakeBuildsApi apis_[2];
  support::BlockingLedgerStore store_;
  support::RecordingObserver observer_;
  support::FakeClock clock_;
  std::chrono::milliseconds turn_{500};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
  int steps_ = 0;
  std::vector<std::size_t> tokens_{0, 1};
  std::unique_ptr<Core> core_;
  std::unique_ptr<Poller> poller_;
};

TEST_F(PollerTest, AnswersReachTheCoreAndThePage) {
  Start();
  const std::string build =
      R"(latest_status{account="account0",script_name="script0",branch_class="production",status="stopped"} 1)";
  EXPECT_THAT(WaitForPage(build), HasSubstr(build));
  EXPECT_THAT(WaitForPage(R"(up{account="account1"} 1)"), HasSubstr(R"(up{account="account0"} 1)"));
  poller_->Stop();
  EXPECT_EQ(store_.builds.size(), 2u);
}

TEST_F(PollerTest, AHangingCallDelaysNobodyElse) {
  apis_[0].Hang("ListScripts");
  Start();
  ASSERT_TRUE(apis_[0].WaitForCalls("ListScripts"));
  EXPECT_NE(WaitForPage(R"(up{account="account1"} 1)"), "") << "account1 waits for the call of account0";
  EXPECT_TRUE(WaitForSteps(5)) << "the loop waits for the call";
  EXPECT_TRUE(apis_[0].WaitForCalls("GetAccountLimits")) << "other calls of the same account wait for it";
}

TEST_F(PollerTest, AHangingCallAboutOneScriptDelaysNoOther) {
  apis_[0].account.AddScripts(1);
  apis_[0].account.builds["tag1"] = {{.number = 3}};
  apis_[0].Hang("ListBuilds");
  turn_ = 30s;
  Start();
  ASSERT_TRUE(apis_[0].WaitForCalls("ListBuilds", 2)) << "the second list waits for the first";
  EXPECT_TRUE(apis_[0].WaitForCalls("GetLatestBuilds", 5)) << "the look for new builds waits for a list";
}

TEST_F(PollerTest, ATokenHasAsManyCallsUnderWayAsItMay) {
  config_.api.concurrency = 2;
  turn_ = 30s;
  for (const char* operation : {"ListScripts", "GetAccountLimits"}) apis_[0].Hang(operation);
  Start();
  ASSERT_TRUE(apis_[0].WaitForCalls("ListScripts"));
  ASSERT_TRUE(apis_[0].WaitForCalls("GetAccountLimits"));
  EXPECT_TRUE(apis_[1].WaitForCalls("GetLatestBuilds", 5)) << "account1 waits for the calls of account0";
  poller_->Stop();
  EXPECT_THAT(apis_[0].calls(),
              UnorderedElementsAre("VerifyUserToken ", "ListScripts account0", "GetAccountLimits account0"));
}

TEST_F(PollerTest, AccountsWithOneTokenShareItsCalls) {
  tokens_ = {0, 0};
  config_.api.concurrency = 2;
  turn_ = 30s;
  for (auto& api : apis_) api.Hang("ListScripts");
  Start();
  for (auto& api : apis_) ASSERT_TRUE(api.WaitForCalls("ListScripts"));
  ASSERT_TRUE(WaitForSteps(50));
  poller_->Stop();
  EXPECT_EQ(apis_[0].calls().size() + apis_[1].calls().size(), 2u);
}

TEST_F(PollerTest, ATokenWhoseCallsAllHangRecoversWhenTheyTimeOut) {
  config_.api.concurrency = 2;
  for (const char* operation : {"ListScripts", "GetAccountLimits"}) apis_[0].Hang(operation);
  Start();
  ASSERT_TRUE(apis_[0].WaitForCalls("ListScripts"));
  ASSERT_TRUE(apis_[0].WaitForCalls("GetAccountLimits"));
  for (const char* operation : {"ListScripts", "GetAccountLimits"}) apis_[0].TimeOut(operation);
  EXPECT_NE(WaitForPage(R"(up{account="account0"} 1)"), "");
  EXPECT_TRUE(apis_[0].WaitForCalls("GetAccountLimits", 2)) << "what timed out is tried again";
}

TEST_F(PollerTest, WhatWaitsForAWorkerAtTheStopIsNotAsked) {
  for (auto& api : apis_) api.Hang("ListScripts");
  Start(/*workers=*/1);
  ASSERT_TRUE(apis_[0].WaitForCalls("ListScripts"));
  ASSERT_TRUE(WaitForSteps(2));
  poller_->Stop();
  EXPECT_EQ(apis_[0].calls().size() + apis_[1].calls().size(), 1u);
}

TEST_F(PollerTest, StopAbandonsAHangingCallAtOnce) {
  apis_[0].Hang("GetLatestBuilds");
  apis_[1].Hang("ListScripts");
  Start();
  ASSERT_TRUE(apis_[0].WaitForCalls("GetLatestBuilds"));
  ASSERT_TRUE(apis_[1].WaitForCalls("ListScripts"));
  const auto before = std::chrono::steady_clock::now();
  poller_->Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
  EXPECT_EQ(apis_[0].abandoned() + apis_[1].abandoned(), 2);
  poller_->Stop();
}

TEST_F(PollerTest, AnAnswerThatComesWhileACommitHangsOutlivesAStop) {
  for (auto& api : apis_) api.Hang("ListScripts");
  apis_[1].Hang("VerifyUserToken");
  Start();
  ASSERT_TRUE(apis_[1].WaitForCalls("VerifyUserToken"));
  store_.Block();
  apis_[0].LetGo("ListScripts");
  ASSERT_TRUE(store_.WaitUntilBlocked());
  apis_[1].LetGo("ListScripts");
  std::jthread stop([this] { poller_->Stop(); });
  EXPECT_TRUE(apis_[1].WaitForAbandoned());
  store_.Unblock();
  stop.join();
  EXPECT_EQ(store_.accounts.size(), 2u);
}

TEST_F(PollerTest, StopsBeforeAnythingWasAnswered) {
  for (auto& api : apis_) api.Hang("ListScripts");
  Start();
  poller_.reset();
  EXPECT_TRUE(store_.builds.empty());
}

TEST_F(PollerTest, AsksWithTheIdOfTheAccount) {
  Start();
  ASSERT_TRUE(apis_[1].WaitForCalls("GetLatestBuilds"));
  poller_->Stop();
  EXPECT_THAT(apis_[1].calls(), Contains("GetLatestBuilds account1 tag0"));
}

TEST_F(PollerTest, ThePageIsMadeAnewWhenTimeAloneChangesIt) {
  Start();
  ASSERT_NE(WaitForPage(R"(up{account="account0"} 1)"), "");
  for (auto& api : apis_) {
    api.Hang("ListScripts");
    api.Hang("GetLatestBuilds");
    api.Hang("ListBuilds");
  }
  clock_.Advance(30min);
  EXPECT_NE(WaitForPage(R"(up{account="account0"} 0)"), "") << "no answer for longer than three intervals";
}

}  // namespace
}  // namespace exporter
