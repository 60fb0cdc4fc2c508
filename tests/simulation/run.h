#pragma once

#include <iosfwd>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <unordered_set>
#include <vector>

#include "exporter/core.h"
#include "tests/simulation/coverage.h"
#include "tests/simulation/faulty_api.h"
#include "tests/simulation/request_windows.h"
#include "tests/simulation/row_checks.h"
#include "tests/simulation/seed.h"
#include "tests/simulation/shown_counters.h"
#include "tests/simulation/troubles.h"
#include "tests/simulation/watched_store.h"
#include "tests/simulation/watcher.h"
#include "tests/simulation/world.h"
#include "tests/support/page_truth.h"

namespace simulation {

struct Result {
  /// With the time since the start of the run; empty when all went well.
  std::vector<std::string> violations;
  Coverage coverage;
  /// The longest that an end of a build waited for its count in calm times.
  milliseconds longest_wait{0};
  /// The longest that work was overdue in calm times.
  milliseconds longest_overdue{0};
};

/// One seed on virtual time: the core as it is shipped, the world and the faults of the seed, and the checks of the
/// README at every step. Depends on nothing but the seed.
class Run {
 public:
  /// `log` hears what happens; null: nobody.
  explicit Run(const Seed& seed, std::ostream* log = nullptr);
  ~Run();

  Result Go();

 private:
  struct Pending {
    milliseconds at;
    std::uint64_t order;
    exporter::poll::Request request;
    exporter::poll::CallResult result;
    bool operator>(const Pending& other) const { return at != other.at ? at > other.at : order > other.order; }
  };
  struct Row {
    std::optional<exporter::ledger::BuildRow> before;
    exporter::ledger::BuildRow now;
    bool committed_late = false;
  };

  // run.cc: time and calls.
  void RunUntil(milliseconds end);
  void Deliver();
  /// Sends what the plan wants to send; returns when it wants to be asked again.
  milliseconds SendAll(milliseconds end);
  void Send(exporter::poll::Request request);
  void Show();
  exporter::poll::MonoTime MonoNow() const { return exporter::poll::MonoTime(std::chrono::hours(1) + now_); }
  simulator::Instant ApiNow() const { return kStart + now_; }
  simulator::Instant WallNow() { return ApiNow() + api_.ClockSkewAt(now_); }

  // run_restarts.cc
  void Start();
  bool MomentHasCome(const Restart& restart) const;
  void MaybeRestart();
  void Crash(const Restart& restart);

  // run_checks.cc
  void NoteTroubles();
  void CheckRows();
  void TakeRows();
  void CheckLag();
  void CheckPage();
  void CheckRendering(const exporter::exposition::Page& page);
  void CheckTruth();
  milliseconds Patience() const;
  void Violation(const std::string& what);

  const Seed& seed_;
  std::ostream* log_;
  milliseconds now_{0};
  World world_;
  SimulatedApi plain_api_;
  FaultyApi api_;
  Troubles troubles_;
  std::unique_ptr<WatchedStore> store_;
  simulator::Random chance_;
  std::unique_ptr<Watcher> watcher_;
  std::unique_ptr<exporter::Core> core_;
  std::priority_queue<Pending, std::vector<Pending>, std::greater<>> pending_;
  std::uint64_t sent_ = 0;
  std::size_t next_restart_ = 0;
  bool stopped_changing_ = false;

  ShownCounters shown_;
  std::unordered_set<exporter::ledger::ScriptId> changed_;
  std::vector<Row> rows_;
  RowChecks row_checks_;
  /// By ScriptId: the newest production success whose episode was settled before the answer that is taken now.
  std::vector<std::optional<workers_builds::Timestamp>> settled_;
  /// By account: a production verdict came after the success that followed it had been settled.
  std::vector<bool> episode_is_late_;
  std::vector<RequestWindow> windows_;  // by token
  std::optional<support::PageSamples> last_page_;
  milliseconds next_page_{0};
  Result result_;
};

}  // namespace simulation
