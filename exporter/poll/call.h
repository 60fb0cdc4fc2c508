#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "client/builds_api.h"
#include "exporter/ledger/ledger.h"
#include "exporter/poll/vocabulary.h"

/// What the plan asks for and what comes back: plain values.
namespace exporter::poll {

using ledger::AccountIndex;
using ledger::ScriptId;
using std::chrono::milliseconds;
using workers_builds::Timestamp;

/// An instant of a clock that never jumps.
using MonoTime = std::chrono::time_point<std::chrono::steady_clock, milliseconds>;

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
  /// From the request to the whole answer.
  milliseconds duration{0};
};

}  // namespace exporter::poll
