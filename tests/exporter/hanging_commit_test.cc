#include <gmock/gmock.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

#include "exporter/poll_reporter.h"
#include "exporter/poller.h"
#include "exporter/web/routes.h"
#include "tests/support/blocking_ledger_store.h"
#include "tests/support/fake_builds_api.h"
#include "tests/support/fake_clock.h"
#include "tests/support/http_client.h"
#include "tests/support/page_text.h"

namespace exporter {
namespace {

using support::HttpReply;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

const std::string kScripts = R"(cloudflare_workers_builds_scripts{account="production",connected="true"} 1)";
const std::string kBuild =
    R"(latest_status{account="production",script_name="script0",branch_class="production",status="stopped"} 1)";

/// Everything between the API and a reader's socket: the poller, put together as the daemon does it, the routes and the
/// web server, with a store whose commits hang when they are told to.
class HangingCommit : public ::testing::Test {
 protected:
  HangingCommit() {
    config_.accounts.resize(1);
    config_.accounts[0].id = config_.accounts[0].name = "production";
    config_.api.requests_per_5m = 1200;
    api_.account.AddScripts(1);
    api_.account.builds["tag0"] = {{.number = 1}};
    reporter_ = std::make_unique<PollReporter>(config_, metrics_, clock_);
    core_ = std::make_unique<Core>(config_, std::vector<std::size_t>{0}, store_, *reporter_, [] { return 0.5; });
    published_.Beat(clock_.Now());
    auto server =
        web::WebServer::Start({.listen_addresses = {"127.0.0.1:0"}},
                              web::MakeRoutes({.now = [this] { return clock_.Now(); }}, published_, metrics_));
    if (!server) throw std::runtime_error(server.error());
    server_ = std::move(*server);
  }
  ~HangingCommit() override {
    store_.Unblock();
    poller_.reset();
  }

  void Start() {
    poller_ = std::make_unique<Poller>(*core_, std::vector<Poller::Account>{{"production", &api_}}, 4, clock_,
                                       Poller::Hooks{.on_page = [this](const auto& page) { Show(page); },
                                                     .on_step = [this](poll::MonoTime now) { Step(now); }});
    poller_->Start();
  }

  HttpReply Get(const std::string& path, const support::Headers& headers = {}) const {
    return support::Get(server_->addresses().front(), path, headers);
  }

  /// What is served once the page holds the text; empty when that takes longer than a test should.
  std::string WaitForPage(const std::string& part) {
    std::unique_lock lock(mutex_);
    const bool there = changed_.wait_for(lock, 20s, [&] { return page_.find(part) != std::string::npos; });
    return there ? Get("/metrics").body : "";
  }
  /// Until the loop has turned `more` times from now on.
  bool WaitForSteps(int more) {
    std::unique_lock lock(mutex_);
    const int until = steps_ + more;
    return changed_.wait_for(lock, 20s, [&] { return steps_ >= until; });
  }

  support::FakeBuildsApi api_;
  support::BlockingLedgerStore store_;
  support::FakeClock clock_;
  std::unique_ptr<Poller> poller_;

 private:
  void Show(const std::shared_ptr<const exposition::Page>& page) {
    published_.SetPage(page);
    const std::lock_guard lock(mutex_);
    page_ = support::TextOf(*page);
    changed_.notify_all();
  }

  void Step(poll::MonoTime now) {
    published_.Beat(now);
    reporter_->ReportState(core_->plan(), core_->ledger(), store_, now);
    // Time goes on at each turn, so that what is due comes without waiting for it.
    clock_.Advance(500ms);
    const std::lock_guard lock(mutex_);
    ++steps_;
    published_.SetStatusPage("turn " + std::to_string(steps_));
    changed_.notify_all();
  }

  config::Config config_;
  metrics::SelfMetrics metrics_{{.version = "1", .revision = "2", .compiler = "3"}};
  std::unique_ptr<PollReporter> reporter_;
  std::unique_ptr<Core> core_;
  web::Published published_;
  std::unique_ptr<web::WebServer> server_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string page_;
  int steps_ = 0;
};

TEST_F(HangingCommit, HealthFailsWhenTheLoopHasBeenStuckForAMinuteAndReturnsWithIt) {
  store_.Block();
  Start();
  ASSERT_TRUE(store_.WaitUntilBlocked());
  EXPECT_EQ(Get("/-/healthy").status, 200);
  clock_.Advance(59s);  // half a second more, if the last turn came to its end
  EXPECT_EQ(Get("/-/healthy").status, 200);
  clock_.Advance(1s);
  EXPECT_EQ(Get("/-/healthy").status, 503);
  EXPECT_THAT(Get("/-/healthy").body, HasSubstr("loop"));
  store_.Unblock();
  ASSERT_TRUE(WaitForSteps(2));
  EXPECT_EQ(Get("/-/healthy").status, 200);
}

TEST_F(HangingCommit, HoldsUpNoReaderAndItsNewsIsShownAfterwards) {
  api_.Hang("GetLatestBuilds");
  Start();
  ASSERT_THAT(WaitForPage("cloudflare_workers_builds_scripts{"), Not(HasSubstr(kScripts)));
  store_.Block();
  api_.LetGo("GetLatestBuilds");
  ASSERT_TRUE(store_.WaitUntilBlocked());
  for (int scrape = 0; scrape < 3; ++scrape) {
    const HttpReply page = Get("/metrics");
    EXPECT_EQ(page.status, 200) << page.error;
    EXPECT_THAT(page.body, HasSubstr("cloudflare_workers_builds_scripts{"));
    EXPECT_THAT(page.body, Not(HasSubstr(kBuild))) << "shown before it was committed";
    EXPECT_THAT(page.body, HasSubstr("workers_builds_exporter_build_info"));
    EXPECT_EQ(Get("/metrics", {{"Accept-Encoding", "gzip"}}).headers.at("content-encoding"), "gzip");
    EXPECT_THAT(Get("/").body, HasSubstr("turn "));
    EXPECT_EQ(Get("/-/healthy").status, 200);
  }
  EXPECT_TRUE(store_.builds.empty());
  store_.Unblock();
  EXPECT_THAT(WaitForPage(kBuild), HasSubstr(kScripts));
}

}  // namespace
}  // namespace exporter
