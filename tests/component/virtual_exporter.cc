#include "tests/component/virtual_exporter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "exporter/poll/call_runner.h"

namespace exporter::testing {
namespace {

constexpr std::chrono::sys_days kWallStart = std::chrono::year(2026) / 9 / 14;

}  // namespace

VirtualWorld::VirtualWorld(const simulator::Scenario& with)
    : scenario(with), wall(kWallStart), simulator(scenario, wall) {}

void VirtualWorld::MoveTo(poll::MonoTime at) {
  if (at <= now) return;
  wall += at - now;
  now = at;
}

void VirtualWorld::FreezeBuilds() {
  simulator.AdvanceTo(wall);
  simulator.clock().SetSpeed(wall, 0);
}

std::vector<simulator::Series> VirtualWorld::Truth(workers_builds::Timestamp baseline) {
  std::vector<simulator::Series> truth;
  simulator.AdvanceTo(wall);
  for (const auto& account : scenario.accounts) {
    const auto of_account = simulator::TruthOf(*simulator.FindAccount(account.id), baseline);
    truth.insert(truth.end(), of_account.begin(), of_account.end());
  }
  return truth;
}

VirtualExporter::VirtualExporter(VirtualWorld& world, config::Config config, ledger::LedgerStore& store,
                                 ledger::Shard shard)
    : world_(world),
      config_(std::move(config)),
      transport_(world_.simulator, world_.wall),
      credentials_(workers_builds::MakeFixedCredentials(world_.scenario.tokens.front().value)),
      client_(transport_, *credentials_),
      clock_(world_),
      metrics_({.version = "test", .revision = "test", .compiler = "test"}),
      reporter_(config_, metrics_, clock_),
      store_(store),
      chance_(world_.scenario.seed + static_cast<std::uint64_t>(shard.index)) {
  // Every account has the same token here, and so the same budget.
  core_ = std::make_unique<Core>(
      config_, std::vector<std::size_t>(config_.accounts.size(), 0), store_, reporter_,
      [this] { return std::uniform_real_distribution<double>(0, 1)(chance_); }, shard);
  const auto loaded = core_->Load(world_.now, world_.wall);
  EXPECT_TRUE(loaded.has_value()) << loaded.error();
}

VirtualExporter::~VirtualExporter() = default;

void VirtualExporter::Send(poll::Request request) {
  sent_.push_back(world_.now);
  poll::CallResult result =
      poll::RunCall(client_, config_.accounts[request.call.account].id, request.call, request.timeout, {});
  result.duration = transport_.took();
  result.local_time = world_.wall;
  pending_.push({world_.now + transport_.took(), ++sent_count_, std::move(request), std::move(result)});
}

poll::MonoTime VirtualExporter::Step(poll::MonoTime end) {
  while (!pending_.empty() && pending_.top().at <= world_.now) {
    const Pending answer = pending_.top();
    pending_.pop();
    core_->Complete(answer.request, answer.result, world_.now);
  }
  poll::MonoTime wake = end;
  while (true) {
    poll::NextStep step = core_->Next(world_.now);
    if (auto* request = std::get_if<poll::Request>(&step)) {
      Send(std::move(*request));
      continue;
    }
    if (const auto* wait = std::get_if<poll::WaitUntil>(&step)) wake = std::min(wake, wait->at);
    break;
  }
  if (!pending_.empty()) wake = std::min(wake, pending_.top().at);
  EXPECT_GT(wake, world_.now) << "the plan wants to be asked again at once, and has nothing to do";
  return wake;
}

void VirtualExporter::Report() {
  reporter_.ReportState(core_->plan(), core_->ledger(), store_, world_.now);
}

support::PageSamples VirtualExporter::Page() {
  core_->Changed(world_.now);
  return support::SamplesOf(*core_->Render(world_.now), [](const std::string& line) {
    ADD_FAILURE() << "this series stands twice on the page: " << line;
  });
}

void RunFor(VirtualWorld& world, const std::vector<VirtualExporter*>& exporters, std::chrono::milliseconds duration) {
  const poll::MonoTime end = world.now + duration;
  while (world.now < end && !::testing::Test::HasFailure()) {
    poll::MonoTime wake = end;
    for (VirtualExporter* exporter : exporters) wake = std::min(wake, exporter->Step(end));
    world.MoveTo(wake);
  }
  for (VirtualExporter* exporter : exporters) exporter->Report();
}

}  // namespace exporter::testing
