#include <gmock/gmock.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "exporter/log.h"
#include "exporter/poll_reporter.h"
#include "tests/support/fake_account.h"
#include "tests/support/fake_clock.h"
#include "tests/support/ledger_world.h"

namespace exporter {
namespace {

using poll::Collector;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using workers_builds::ErrorReason;

/// Two accounts, and the lines that what happens to them leaves in the log.
class PollReporterLogTest : public ::testing::Test {
 protected:
  PollReporterLogTest() {
    config_.accounts.resize(2);
    config_.accounts[0].id = config_.accounts[0].name = "production";
    config_.accounts[1].id = config_.accounts[1].name = "staging";
    reporter_ = std::make_unique<PollReporter>(config_, metrics_, clock_);
    ::testing::internal::CaptureStderr();
  }
  ~PollReporterLogTest() override {
    ::testing::internal::GetCapturedStderr();
    log::Configure(config::LogLevel::kInfo, config::LogFormat::kLogfmt);
  }

  /// Written since the last call, without the time.
  std::vector<std::string> NewLines() {
    std::istringstream written(::testing::internal::GetCapturedStderr());
    ::testing::internal::CaptureStderr();
    std::vector<std::string> lines;
    for (std::string line; std::getline(written, line);) lines.push_back(line.substr(line.find(" level=") + 1));
    return lines;
  }

  static poll::Call Of(Collector collector, ledger::AccountIndex account = 0) {
    poll::Call call;
    call.collector = collector;
    call.account = account;
    return call;
  }
  void Fails(const poll::Call& call, const workers_builds::Error& error) { reporter_->OnCollected(call, &error); }
  void Fails(const poll::Call& call, ErrorReason reason, int status = 0) {
    Fails(call, support::FakeAccount::ErrorOf(reason, status));
  }
  void Works(const poll::Call& call) { reporter_->OnCollected(call, nullptr); }
  void Meets(const poll::Call& call, const std::string& field, const std::string& word) {
    poll::CallResult result;
    result.meta.status = 200;
    result.meta.unknown_values = {{field, word}};
    reporter_->OnAnswer(call, result);
  }

  config::Config config_;
  support::FakeClock clock_;
  metrics::SelfMetrics metrics_{{.version = "1", .revision = "2", .compiler = "3"}};
  std::unique_ptr<PollReporter> reporter_;
};

TEST_F(PollReporterLogTest, OneTroubleIsOneLineHoweverLongItLasts) {
  Fails(Of(Collector::kLatest), ErrorReason::kHttp5xx, 502);
  EXPECT_THAT(NewLines(), ElementsAre(AllOf(HasSubstr("level=warn msg=\"the API gave no usable answer\" "
                                                      "account=production collector=latest error="),
                                            HasSubstr("made up"))));
  for (int i = 0; i < 100; ++i) Fails(Of(Collector::kLatest), ErrorReason::kHttp5xx, 502);
  EXPECT_THAT(NewLines(), IsEmpty());
}

TEST_F(PollReporterLogTest, WhatDiffersFromCallToCallMakesNoNewTrouble) {
  workers_builds::Error error = support::FakeAccount::ErrorOf(ErrorReason::kHttp5xx, 502);
  Fails(Of(Collector::kLatest), error);
  NewLines();
  error.message = "other words";
  Fails(Of(Collector::kLatest), error);
  EXPECT_THAT(NewLines(), IsEmpty());
  EXPECT_THAT(reporter_->StateOf(0, Collector::kLatest).error, HasSubstr("other words")) << "the status page tells it";
}

TEST_F(PollReporterLogTest, AnotherReasonStatusOrCodeIsAnotherTrouble) {
  workers_builds::Error error = support::FakeAccount::ErrorOf(ErrorReason::kHttp5xx, 502);
  Fails(Of(Collector::kLatest), error);
  error.status = 503;
  Fails(Of(Collector::kLatest), error);
  error.cloudflare_code = 10000;
  Fails(Of(Collector::kLatest), error);
  error.reason = ErrorReason::kTimeout;
  Fails(Of(Collector::kLatest), error);
  EXPECT_EQ(NewLines().size(), 4u);
}

TEST_F(PollReporterLogTest, EachCollectorOfEachAccountHasItsOwnTrouble) {
  for (const ledger::AccountIndex account : {0U, 1U}) {
    for (const Collector collector : {Collector::kLatest, Collector::kList}) {
      Fails(Of(collector, account), ErrorReason::kTimeout);
    }
  }
  EXPECT_THAT(
      NewLines(),
      ElementsAre(HasSubstr("account=production collector=latest"), HasSubstr("account=production collector=list"),
                  HasSubstr("account=staging collector=latest"), HasSubstr("account=staging collector=list")));
}

TEST_F(PollReporterLogTest, TheEndOfATroubleIsALine) {
  Works(Of(Collector::kLatest));
  EXPECT_THAT(NewLines(), IsEmpty()) << "it had never failed";
  Fails(Of(Collector::kLatest), ErrorReason::kTimeout);
  Fails(Of(Collector::kList), ErrorReason::kTimeout);
  NewLines();
  Works(Of(Collector::kLatest));
  Works(Of(Collector::kLatest));
  EXPECT_THAT(NewLines(), ElementsAre("level=info msg=\"works again\" account=production collector=latest"));
  Fails(Of(Collector::kLatest), ErrorReason::kTimeout);
  EXPECT_EQ(NewLines().size(), 1u) << "a trouble that comes back";
}

TEST_F(PollReporterLogTest, ARetryIsALineForDebuggingOnly) {
  reporter_->OnRetry(Of(Collector::kLatest), ErrorReason::kTimeout);
  EXPECT_THAT(NewLines(), IsEmpty());
  log::Configure(config::LogLevel::kDebug, config::LogFormat::kLogfmt);
  reporter_->OnRetry(Of(Collector::kLatest), ErrorReason::kTimeout);
  EXPECT_THAT(NewLines(), ElementsAre("level=debug msg=\"a call is tried again\" account=production collector=latest "
                                      "reason=timeout attempt=1"));
}

TEST_F(PollReporterLogTest, AWordThatNobodyKnowsIsNamedOnce) {
  Meets(Of(Collector::kLatest), "status", "hibernating");
  Meets(Of(Collector::kList), "status", "hibernating");
  EXPECT_THAT(NewLines(), ElementsAre(AllOf(HasSubstr("level=warn"), HasSubstr("account=production field=status "
                                                                               "word=hibernating"))));
  Meets(Of(Collector::kLatest), "status", "dreaming");
  Meets(Of(Collector::kLatest), "build_outcome", "hibernating");
  EXPECT_THAT(NewLines(),
              ElementsAre(HasSubstr("field=status word=dreaming"), HasSubstr("field=build_outcome word=hibernating")));
}

TEST_F(PollReporterLogTest, AServerThatMakesUpWordsDoesNotFillTheLog) {
  for (int i = 0; i < 1500; ++i) Meets(Of(Collector::kLatest), "status", "word" + std::to_string(i));
  EXPECT_EQ(NewLines().size(), 1000u);
  EXPECT_THAT(metrics_.Render(exposition::Format::kText), HasSubstr("unknown_values_total{field=\"status\"} 1500\n"))
      << "they count all the same";
}

TEST_F(PollReporterLogTest, ADiagnosisOfTheTokenIsOneLineUntilItChanges) {
  for (int i = 0; i < 3; ++i) reporter_->OnTokenTrouble(0, "Workers CI Read is missing");
  reporter_->OnTokenTrouble(1, "Workers CI Read is missing");
  reporter_->OnTokenTrouble(0, "it was rolled");
  EXPECT_THAT(NewLines(), ElementsAre("level=error msg=\"Cloudflare refuses the token\" account=production "
                                      "why=\"Workers CI Read is missing\"",
                                      HasSubstr("account=staging"), HasSubstr("why=\"it was rolled\"")));
}

TEST_F(PollReporterLogTest, GapsAndLostBuildsSayWhichScript) {
  support::LedgerWorld world;
  world.Discover({{"shop", "tag"}});
  reporter_->OnHistoryGap(world.Script("tag"));
  reporter_->OnLostBuild(world.Script("tag"), support::UuidOf(7));
  EXPECT_THAT(NewLines(), ElementsAre(AllOf(HasSubstr("account=production script=shop"), HasSubstr("known_to=")),
                                      AllOf(HasSubstr("account=production script=shop"),
                                            HasSubstr("build_uuid=00000000-0000-0000-0000-000000000007"))));
}

TEST_F(PollReporterLogTest, ScriptsBeyondTheCapAreALineForEachNewNumber) {
  config_.metrics.max_scripts = 10;
  const auto refuse = [&](std::int64_t scripts) {
    reporter_->OnScriptsRefused(0, {{{.scripts = scripts, .series = 50 * scripts}, {}}});
  };
  refuse(0);
  EXPECT_THAT(NewLines(), IsEmpty());
  for (const int refused : {3, 3, 4}) refuse(refused);
  EXPECT_THAT(NewLines(),
              ElementsAre(HasSubstr("account=production refused=3 metrics.max_scripts=10"), HasSubstr("refused=4")));
}

/// The reporter and a ledger whose store fails when it is told to.
class PollReporterCommitTest : public PollReporterLogTest {
 protected:
  PollReporterCommitTest() {
    config_.accounts.resize(1);
    plan_ = std::make_unique<poll::PollPlan>(config_, std::vector<std::size_t>{0}, world_.ledger, *reporter_,
                                             [] { return 0.5; });
  }

  /// An answer that changes the ledger, and the step after it.
  void Commit(bool works) {
    world_.store.fail_commits = !works;
    const std::string number = std::to_string(++scripts_);
    // A store that failed is not tried with every answer.
    const auto& state = world_.ledger.commit_state();
    const auto tries = state.commits + state.errors;
    for (int answer = 0; state.commits + state.errors == tries && answer < 100; ++answer) {
      world_.Discover({{"shop" + number, "tag" + number + "-" + std::to_string(answer)}});
    }
    reporter_->ReportState(*plan_, world_.ledger, world_.store, {});
  }

  support::LedgerWorld world_;
  std::unique_ptr<poll::PollPlan> plan_;
  int scripts_ = 0;
};

TEST_F(PollReporterCommitTest, ALedgerThatCannotBeWrittenIsOneLineUntilItCan) {
  Commit(true);
  EXPECT_THAT(NewLines(), IsEmpty());
  for (int i = 0; i < 3; ++i) Commit(false);
  EXPECT_THAT(NewLines(), ElementsAre("level=error msg=\"the ledger could not be written; it goes on in memory\" "
                                      "error=\"disk full\""));
  EXPECT_THAT(metrics_.Render(exposition::Format::kText),
              HasSubstr("workers_builds_exporter_state_commit_errors_total 3\n"));
  for (int i = 0; i < 3; ++i) Commit(true);
  EXPECT_THAT(NewLines(), ElementsAre("level=info msg=\"the ledger is written again\""));
  Commit(false);
  EXPECT_EQ(NewLines().size(), 1u) << "a disk that is full again, for the same reason";
}

}  // namespace
}  // namespace exporter
