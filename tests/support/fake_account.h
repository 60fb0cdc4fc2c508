#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "exporter/poll/call.h"
#include "tests/support/builds.h"

namespace support {

/// An account that answers calls from its state, as values: the newest build of each script, lists newest first, builds
/// by UUID. Knows nothing of faults.
struct FakeAccount {
  /// Scripts in the order of the discovery answer: name and tag.
  std::vector<std::pair<std::string, std::string>> scripts;
  /// By tag.
  std::map<std::string, std::vector<BuildLife>> builds;
  /// Builds that the lists and `latest` do not show, by UUID (another answer may have).
  std::vector<Uuid> hidden;

  /// Scripts script0, script1, ... with the tags tag0, tag1, ...
  void AddScripts(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string number = std::to_string(scripts.size());
      scripts.emplace_back("script" + number, "tag" + number);
    }
  }

  /// What the API shows of a script at `now`, newest first.
  std::vector<Build> Shown(const std::string& tag, Timestamp now) const {
    std::vector<Build> shown;
    const auto lives = builds.find(tag);
    if (lives == builds.end()) return shown;
    for (const BuildLife& life : lives->second) {
      const bool is_hidden = std::ranges::find(hidden, UuidOf(life.number)) != hidden.end();
      if (life.created <= now && !is_hidden) shown.push_back(life.At(now));
    }
    std::ranges::stable_sort(shown, [](const Build& a, const Build& b) { return *a.created_on > *b.created_on; });
    return shown;
  }

  workers_builds::BuildPage Page(const std::string& tag, int page, int per_page, Timestamp now) const {
    const auto shown = Shown(tag, now);
    const auto from = std::min(shown.size(), static_cast<std::size_t>((page - 1) * per_page));
    const auto to = std::min(shown.size(), from + static_cast<std::size_t>(per_page));
    workers_builds::BuildPage answer;
    answer.builds.assign(shown.begin() + static_cast<std::ptrdiff_t>(from),
                         shown.begin() + static_cast<std::ptrdiff_t>(to));
    answer.page = page;
    answer.per_page = per_page;
    answer.total_count = static_cast<std::int64_t>(shown.size());
    return answer;
  }

  exporter::poll::CallResult Answer(const exporter::poll::Call& call, Timestamp now) const {
    exporter::poll::CallResult result;
    result.meta.status = 200;
    result.meta.date = now;
    result.local_time = now;
    result.payload = PayloadOf(call, now);
    if (!result.payload) result.meta.status = result.payload.error().status;
    return result;
  }

 private:
  tl::expected<exporter::poll::Payload, workers_builds::Error> PayloadOf(const exporter::poll::Call& call,
                                                                         Timestamp now) const {
    using exporter::poll::Collector;
    switch (call.collector) {
      case Collector::kDiscovery: {
        std::vector<workers_builds::Script> answer;
        for (const auto& [name, tag] : scripts) answer.push_back({.name = name, .tag = tag});
        return answer;
      }
      case Collector::kLatest: {
        workers_builds::LatestBuilds latest;
        for (const std::string& tag : call.tags) {
          if (const auto shown = Shown(tag, now); !shown.empty()) latest.emplace(tag, shown.front());
        }
        return latest;
      }
      case Collector::kList:
        return Page(call.tags.front(), call.page, call.per_page, now);
      case Collector::kBuild:
        for (const Build& build : Shown(call.tags.front(), now)) {
          if (build.uuid == call.uuid) return build;
        }
        return tl::unexpected(ErrorOf(workers_builds::ErrorReason::kNotFound, 404));
      case Collector::kLimits:
        return workers_builds::AccountLimits{};
      case Collector::kVerify:
        break;
    }
    return workers_builds::TokenStatus{.id = "token", .status = "active", .expires_on = {}};
  }

 public:
  static workers_builds::Error ErrorOf(workers_builds::ErrorReason reason, int status = 0) {
    workers_builds::Error error;
    error.reason = reason;
    error.message = "made up";
    error.status = status;
    return error;
  }
};

}  // namespace support
