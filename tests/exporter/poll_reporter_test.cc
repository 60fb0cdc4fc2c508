#include "exporter/poll_reporter.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/support/fake_account.h"
#include "tests/support/fake_clock.h"

namespace exporter {
namespace {

using poll::Collector;
using workers_builds::ErrorReason;

class PollReporterTest : public ::testing::Test {
 protected:
  PollReporterTest() {
    config_.accounts.resize(1);
    config_.accounts[0].id = config_.accounts[0].name = "production";
    reporter_ = std::make_unique<PollReporter>(config_, metrics_, clock_);
  }

  void Fails(Collector collector, ErrorReason reason) {
    const auto error = support::FakeAccount::ErrorOf(reason, 403);
    reporter_->OnCollected(Of(collector), &error);
  }
  void Works(Collector collector) { reporter_->OnCollected(Of(collector), nullptr); }

  static poll::Call Of(Collector collector) {
    poll::Call call;
    call.collector = collector;
    return call;
  }

  config::Config config_;
  support::FakeClock clock_;
  metrics::SelfMetrics metrics_{{.version = "1", .revision = "2", .compiler = "3"}};
  std::unique_ptr<PollReporter> reporter_;
};

TEST_F(PollReporterTest, ARefusedTokenStaysRefusedWhileAnotherCollectorWorks) {
  Fails(Collector::kLatest, ErrorReason::kForbidden);
  reporter_->OnTokenTrouble(0, "Workers CI Read is missing");
  Works(Collector::kDiscovery);
  EXPECT_EQ(reporter_->DiagnosisOf(0), "Workers CI Read is missing");
  Works(Collector::kLatest);
  EXPECT_EQ(reporter_->DiagnosisOf(0), "");
}

TEST_F(PollReporterTest, AnotherTroubleIsNotTheTokens) {
  Fails(Collector::kLatest, ErrorReason::kForbidden);
  reporter_->OnTokenTrouble(0, "Workers CI Read is missing");
  Fails(Collector::kLatest, ErrorReason::kHttp5xx);
  Works(Collector::kDiscovery);
  EXPECT_EQ(reporter_->DiagnosisOf(0), "");
}

}  // namespace
}  // namespace exporter
