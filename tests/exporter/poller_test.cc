#include "exporter/poller.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>

#include "tests/support/fake_builds_api.h"
#include "tests/support/fake_clock.h"
#include "tests/support/memory_ledger_store.h"
#include "tests/support/page_text.h"
#include "tests/support/recording_observer.h"

namespace exporter {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

std::string TextOf(const Core::Rendering& rendering) {
  std::string text;
  for (const auto& piece : rendering.page->text) text += *piece;
  return text;
}

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

  void Start(std::size_t workers = 8) {
    core_ = std::make_unique<Core>(config_, std::vector<std::size_t>{0, 1}, store_, observer_, [] { return 0.5; });
    poller_ = std::make_unique<Poller>(
        *core_, std::vector<Poller::Account>{{"account0", &apis_[0]}, {"account1", &apis_[1]}}, workers, clock_,
        Poller::Hooks{.on_page =
                          [this](const Core::Rendering& rendering) {
                            const std::lock_guard lock(mutex_);
                            text_ = TextOf(rendering);
                            changed_.notify_all();
                          },
                      .on_step =
                          [this](poll::MonoTime) {
                            // Time goes on a little at each turn, so that what is due
                            // comes without waiting for it.
                            clock_.Advance(500ms);
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
  support::MemoryLedgerStore store_;
  support::RecordingObserver observer_;
  support::FakeClock clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
  int steps_ = 0;
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
