#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "exporter/poll/call.h"
#include "tests/support/builds.h"

namespace support {

/// An account in which builds begin at one rate, of every script as often as of any other, and last 50 to 70 seconds,
/// however many are under way. Answers calls as values; an answer costs what it shows, however long the history is.
class SteadyAccount {
 public:
  /// `builds_per_minute` is over all scripts. Each script has one build behind it, two days old at `start`.
  SteadyAccount(std::size_t scripts, double builds_per_minute, std::uint64_t seed, Timestamp start)
      : random_(seed), gap_ms_(builds_per_minute / 60'000), builds_(scripts) {
    for (std::size_t script = 0; script < scripts; ++script) AddBuild(script, start - std::chrono::hours(48));
    next_ = start + Gap();
  }

  static std::string TagOf(std::size_t script) { return "tag" + std::to_string(script); }

  /// Builds begin up to `now`.
  void AdvanceTo(Timestamp now) {
    for (; next_ <= now; next_ += Gap()) {
      AddBuild(std::uniform_int_distribution<std::size_t>(0, builds_.size() - 1)(random_), next_);
    }
  }

  std::size_t script_count() const { return builds_.size(); }
  /// Of one script, in the order of their creation.
  const std::vector<BuildLife>& builds(std::size_t script) const { return builds_[script]; }

  /// The answer at the API's instant `now`, which AdvanceTo has reached.
  exporter::poll::CallResult Answer(const exporter::poll::Call& call, Timestamp now) const {
    exporter::poll::CallResult result;
    result.meta.status = 200;
    result.meta.date = result.local_time = now;
    result.payload = PayloadOf(call, now);
    return result;
  }

 private:
  exporter::poll::Payload PayloadOf(const exporter::poll::Call& call, Timestamp now) const {
    using exporter::poll::Collector;
    switch (call.collector) {
      case Collector::kDiscovery: {
        std::vector<workers_builds::Script> scripts;
        for (std::size_t i = 0; i < builds_.size(); ++i) {
          scripts.push_back({.name = "script" + std::to_string(i), .tag = TagOf(i)});
        }
        return scripts;
      }
      case Collector::kLatest: {
        workers_builds::LatestBuilds latest;
        for (const std::string& tag : call.tags) latest.emplace(tag, builds_[IndexOf(tag)].back().At(now));
        return latest;
      }
      case Collector::kList:
        return Page(builds_[IndexOf(call.tags.front())], call, now);
      case Collector::kBuild:  // no build is ever lost or without an outcome
      case Collector::kLimits:
        return workers_builds::AccountLimits{};
      case Collector::kVerify:
        break;
    }
    return workers_builds::TokenStatus{.id = "token", .status = "active", .expires_on = {}};
  }

  static workers_builds::BuildPage Page(const std::vector<BuildLife>& builds, const exporter::poll::Call& call,
                                        Timestamp now) {
    workers_builds::BuildPage answer;
    const std::size_t size = builds.size();
    const auto from = static_cast<std::size_t>((call.page - 1) * call.per_page);
    const std::size_t to = std::min(size, from + static_cast<std::size_t>(call.per_page));
    for (std::size_t i = from; i < to; ++i) answer.builds.push_back(builds[size - 1 - i].At(now));
    answer.page = call.page;
    answer.per_page = call.per_page;
    answer.total_count = static_cast<std::int64_t>(size);
    return answer;
  }

  static std::size_t IndexOf(const std::string& tag) { return std::stoul(tag.substr(3)); }

  std::chrono::milliseconds Gap() {
    return std::chrono::milliseconds(static_cast<std::int64_t>(std::exponential_distribution(gap_ms_)(random_)) + 1);
  }

  void AddBuild(std::size_t script, Timestamp created) {
    BuildLife build{.number = ++last_number_, .created = created};
    build.queue = std::chrono::seconds(2);
    build.init = std::chrono::seconds(4);
    build.run = std::chrono::milliseconds(std::uniform_int_distribution<int>(44'000, 64'000)(random_));
    if (std::bernoulli_distribution(0.1)(random_)) build.outcome = BuildOutcome::kFail;
    if (std::bernoulli_distribution(0.5)(random_)) build.branches = {"*"};
    builds_[script].push_back(std::move(build));
  }

  std::mt19937_64 random_;
  double gap_ms_;
  Timestamp next_{};
  std::uint32_t last_number_ = 0;
  std::vector<std::vector<BuildLife>> builds_;  // by script
};

}  // namespace support
