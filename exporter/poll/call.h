#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "client/builds_api.h"
#include "exporter/ledger/ledger.h"

/// What the plan asks for and what comes back: plain values.
namespace exporter::poll {

using ledger::AccountIndex;
using ledger::ScriptId;
using std::chrono::milliseconds;
using workers_builds::Timestamp;

/// An instant of a clock that never jumps.
using MonoTime = std::chrono::time_point<std::chrono::steady_clock, milliseconds>;

/// What a call is for; also the endpoint that it goes to. Label values of `collector` and `endpoint`.
enum class Collector : std::uint8_t { kDiscovery, kLatest, kList, kBuild, kLimits, kVerify };
inline constexpr std::array kCollectors = {Collector::kDiscovery, Collector::kLatest, Collector::kList,
                                           Collector::kBuild,     Collector::kLimits, Collector::kVerify};
std::string_view ToWord(Collector collector);

/// One request to the API, in the words of BuildsApi.
struct Call {
  Collector collector = Collector::kDiscovery;
  AccountIndex account = 0;
  /// kLatest: 1 to 20; kList: the one; kBuild: the one that the build belongs to.
  std::vector<ScriptId> scripts;
  std::vector<std::string> tags;  // of `scripts`
  int page = 1;                   // kList
  int per_page = 0;               // kList
  workers_builds::Uuid uuid;      // kBuild
  bool account_token = false;     // kVerify: ask as an account-owned token
  /// Tries before this one.
  int attempt = 0;
};

using Payload =
    std::variant<std::vector<workers_builds::Script>, workers_builds::LatestBuilds, workers_builds::BuildPage,
                 workers_builds::Build, workers_builds::AccountLimits, workers_builds::TokenStatus>;

struct CallResult {
  /// The alternative that the call's collector stands for.
  tl::expected<Payload, workers_builds::Error> payload;
  workers_builds::AnswerMeta meta;
  /// What our own clock said when the answer came; used only while no answer had a `Date`.
  Timestamp local_time;
};

}  // namespace exporter::poll
