#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "tests/simulation/run.h"

namespace {

using Clock = std::chrono::steady_clock;

struct Failure {
  std::uint64_t seed;
  std::vector<std::string> violations;
};

/// Runs seed after seed on some threads, each seed on one.
class Campaign {
 public:
  Campaign(std::uint64_t first, std::uint64_t end, std::optional<Clock::time_point> until)
      : next_(first), end_(end), until_(until) {}

  void Run(unsigned jobs) {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < jobs; ++i) threads.emplace_back([this] { Work(); });
  }

  const simulation::Coverage& coverage() const { return coverage_; }
  const std::vector<Failure>& failures() const { return failures_; }
  std::chrono::milliseconds longest_wait() const { return longest_wait_; }
  std::chrono::milliseconds longest_overdue() const { return longest_overdue_; }

 private:
  void Work() {
    while (!until_ || Clock::now() < *until_) {
      const std::uint64_t number = next_++;
      if (number >= end_) return;
      const simulation::Seed seed = simulation::DrawSeed(number);
      simulation::Result result = simulation::Run(seed).Go();
      const std::lock_guard lock(mutex_);
      coverage_ += result.coverage;
      longest_wait_ = std::max(longest_wait_, result.longest_wait);
      longest_overdue_ = std::max(longest_overdue_, result.longest_overdue);
      if (!result.violations.empty()) failures_.push_back({number, std::move(result.violations)});
    }
  }

  std::atomic<std::uint64_t> next_;
  std::uint64_t end_;
  std::optional<Clock::time_point> until_;
  std::mutex mutex_;
  simulation::Coverage coverage_;
  std::vector<Failure> failures_;
  std::chrono::milliseconds longest_wait_{0};
  std::chrono::milliseconds longest_overdue_{0};
};

void Print(const Failure& failure, std::size_t most) {
  for (std::size_t i = 0; i < std::min(most, failure.violations.size()); ++i) {
    std::cout << "  " << failure.violations[i] << "\n";
  }
  if (failure.violations.size() > most) std::cout << "  and " << failure.violations.size() - most << " more\n";
}

int RunOne(std::uint64_t number) {
  const simulation::Seed seed = simulation::DrawSeed(number);
  for (const auto& disturbance : seed.disturbances) {
    std::cout << "  " << disturbance.from.count() / 1000 << " s to " << disturbance.to.count() / 1000
              << " s: " << ToWord(disturbance.fault) << "\n";
  }
  simulation::Result result = simulation::Run(seed, &std::cout).Go();
  std::cout << result.coverage << "longest wait in calm times " << result.longest_wait.count() / 1000
            << " s, longest overdue " << result.longest_overdue.count() / 1000 << " s\n";
  Print({number, result.violations}, 100);
  return result.violations.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Simulates the exporter against the simulated API on virtual time.", "simulate");
  std::uint64_t seeds = 100;
  std::optional<std::uint64_t> seed;
  std::optional<double> seconds;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  app.add_option("--seeds", seeds, "seeds 1 to N")->capture_default_str();
  app.add_option("--seed", seed, "this seed alone, and what happens in it");
  app.add_option("--for", seconds, "as many seeds from 1 on as begin within these seconds, instead of --seeds");
  app.add_option("--jobs", jobs, "seeds at a time")->capture_default_str()->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  if (seed) return RunOne(*seed);

  std::optional<Clock::time_point> until;
  if (seconds) {
    until = Clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1000));
    seeds = UINT64_MAX - 1;
  }
  Campaign campaign(1, seeds + 1, until);
  campaign.Run(jobs);
  std::cout << campaign.coverage();
  std::cout << "in calm times the end of a build waited " << campaign.longest_wait().count() / 1000
            << " s at most for its count, and work was overdue by " << campaign.longest_overdue().count() / 1000
            << " s at most\n";
  auto failures = campaign.failures();
  std::ranges::sort(failures, {}, &Failure::seed);
  for (const Failure& failure : failures) {
    std::cout << "seed " << failure.seed << " fails; again with: ./dev simulate --seed " << failure.seed << "\n";
    Print(failure, 5);
  }
  if (!failures.empty()) std::cout << failures.size() << " of " << campaign.coverage().seeds << " seeds fail\n";
  return failures.empty() ? 0 : 1;
}
