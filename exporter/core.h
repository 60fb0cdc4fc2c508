#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

#include "config/config.h"
#include "exporter/exposition/page.h"
#include "exporter/ledger/ledger.h"
#include "exporter/metrics/metric_table.h"
#include "exporter/poll/poll_plan.h"

namespace exporter {

/// Everything between an answer and the page: plan, ledger and metric table. Values in, values out; no clock, socket or
/// thread. One thread.
class Core {
 public:
  /// `tokens` as PollPlan takes them. The references outlive the core.
  Core(const config::Config& config, const std::vector<std::size_t>& tokens, ledger::LedgerStore& store,
       poll::PollObserver& observer, const poll::Jitter& jitter, ledger::Shard shard = {});

  /// Takes over what the store holds, before anything else. `wall` is what our own clock says at `now`. An error is a
  /// store that cannot be read.
  tl::expected<ledger::LoadReport, std::string> Load(poll::MonoTime now, workers_builds::Timestamp wall);

  poll::NextStep Next(poll::MonoTime now) { return plan_.Next(now); }
  void Complete(const poll::Request& request, const poll::CallResult& result, poll::MonoTime now);

  /// Writes what could not be written yet. After the last Complete.
  void Flush() { ledger_.Flush(); }

  /// The page would show something else than at the last Render. Releases the counters whose time has come.
  bool Changed(poll::MonoTime now);
  /// When the page changes by itself: held counters show their value.
  std::optional<poll::MonoTime> NextReleaseAt() const;

  /// The page as of now. Of the scripts only those are rendered that have changed, the accounts always.
  std::shared_ptr<const exposition::Page> Render(poll::MonoTime now);

  /// How long counters that appear show old news only: longer than any usual scrape interval.
  static constexpr std::chrono::minutes kHeldFor{2};

  const poll::PollPlan& plan() const { return plan_; }
  const ledger::Ledger& ledger() const { return ledger_; }

 private:
  void Hold(const std::vector<ledger::HeldCounters>& counters, poll::MonoTime now);

  ledger::Ledger ledger_;
  poll::PollPlan plan_;
  metrics::MetricTable table_;
  /// Scripts whose samples on the page may be old.
  std::unordered_set<ledger::ScriptId> changed_scripts_;
  /// Held counters by when they show their value.
  std::multimap<poll::MonoTime, ledger::HeldCounters> releases_;
  std::vector<bool> shown_up_;  // by account, at the last look
  bool changed_ = true;
};

}  // namespace exporter
