#include "tests/component/virtual_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "exporter/ledger/open_ledger_store.h"
#include "exporter/poll/call_runner.h"

namespace exporter::testing {
namespace {

constexpr std::chrono::sys_days kWallStart = std::chrono::year(2026) / 9 / 14;

}  // namespace

config::Config ConfigFor(const simulator::Scenario& scenario) {
  config::Config config;
  for (const auto& account : scenario.accounts) {
    config::Account settings;
    settings.id = account.id;
    settings.name = account.name.empty() ? account.id : account.name;
    settings.plan = account.plan == simulator::Plan::kPaid ? config::Plan::kPaid : config::Plan::kFree;
    config.accounts.push_back(std::move(settings));
  }
  return config;
}

VirtualRun::VirtualRun(const simulator::Scenario& scenario, config::Config config)
    : config_(std::move(config)),
      wall_(kWallStart),
      simulator_(scenario, wall_),
      transport_(simulator_, wall_),
      credentials_(workers_builds::MakeFixedCredentials(scenario.tokens.front().value)),
      client_(transport_, *credentials_),
      clock_(*this),
      metrics_({.version = "test", .revision = "test", .compiler = "test"}),
      reporter_(config_, metrics_, clock_),
      store_(ledger::OpenLedgerStoreInMemory().value()),
      chance_(scenario.seed) {
  // Every account has the same token here, and so the same budget.
  core_ = std::make_unique<Core>(config_, std::vector<std::size_t>(config_.accounts.size(), 0), *store_, reporter_,
                                 [this] { return std::uniform_real_distribution<double>(0, 1)(chance_); });
}

VirtualRun::~VirtualRun() = default;

void VirtualRun::MoveTo(poll::MonoTime at) {
  if (at <= now_) return;
  wall_ += at - now_;
  now_ = at;
}

void VirtualRun::Send(poll::Request request) {
  sent_.push_back(now_);
  poll::CallResult result =
      poll::RunCall(client_, config_.accounts[request.call.account].id, request.call, request.timeout, {});
  result.duration = transport_.took();
  result.local_time = wall_;
  pending_.push({now_ + transport_.took(), ++sent_count_, std::move(request), std::move(result)});
}

void VirtualRun::RunFor(std::chrono::milliseconds duration) {
  const poll::MonoTime end = now_ + duration;
  while (now_ < end) {
    while (!pending_.empty() && pending_.top().at <= now_) {
      const Pending answer = pending_.top();
      pending_.pop();
      core_->Complete(answer.request, answer.result, now_);
    }
    poll::MonoTime wake = end;
    while (true) {
      poll::NextStep step = core_->Next(now_);
      if (auto* request = std::get_if<poll::Request>(&step)) {
        Send(std::move(*request));
        continue;
      }
      if (const auto* wait = std::get_if<poll::WaitUntil>(&step)) wake = std::min(wake, wait->at);
      break;
    }
    if (!pending_.empty()) wake = std::min(wake, pending_.top().at);
    ASSERT_GT(wake, now_) << "the plan wants to be asked again at once, and has nothing to do";
    MoveTo(wake);
  }
  reporter_.ReportState(core_->plan(), core_->ledger(), *store_, now_);
}

void VirtualRun::FreezeBuilds() {
  simulator_.AdvanceTo(wall_);
  simulator_.clock().SetSpeed(wall_, 0);
}

support::PageSamples VirtualRun::Page() {
  core_->Changed(now_);
  return support::SamplesOf(*core_->Render(now_), [](const std::string& line) {
    ADD_FAILURE() << "this series stands twice on the page: " << line;
  });
}

std::vector<std::string> VirtualRun::DifferencesFromTruth() {
  std::vector<simulator::Series> truth;
  for (ledger::AccountIndex account = 0; account < config_.accounts.size(); ++account) {
    const auto baseline = core_->ledger().account(account).baseline;
    if (!baseline) return {"account " + config_.accounts[account].name + " has no baseline yet"};
    simulator_.AdvanceTo(wall_);
    const auto of_account = simulator::TruthOf(*simulator_.FindAccount(config_.accounts[account].id), *baseline);
    truth.insert(truth.end(), of_account.begin(), of_account.end());
  }
  return support::DifferencesFrom(truth, Page());
}

}  // namespace exporter::testing
