#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"
#include "exporter/clock.h"
#include "exporter/ledger/ledger.h"
#include "exporter/metrics/self_metrics.h"
#include "exporter/poll/poll_observer.h"
#include "exporter/poll/poll_plan.h"

namespace exporter {

/// Puts what happens while polling into the exporter's own metrics and the log: a line for each change of state, none
/// for a state that goes on. Core thread.
class PollReporter : public poll::PollObserver {
 public:
  /// The references outlive the reporter.
  PollReporter(const config::Config& config, metrics::SelfMetrics& metrics, const Clock& clock);

  void OnAnswer(const poll::Call& call, const poll::CallResult& result) override;
  void OnRetry(const poll::Call& call, workers_builds::ErrorReason reason) override;
  void OnCollected(const poll::Call& call, const workers_builds::Error* error) override;
  void OnTokenTrouble(ledger::AccountIndex account, const std::string& diagnosis) override;
  void OnHistoryGap(const ledger::ScriptHistory& script) override;
  void OnLostBuild(const ledger::ScriptHistory& script, const workers_builds::Uuid& uuid) override;
  void OnApplied(ledger::AccountIndex account, const ledger::ApplyReport& report) override;
  void OnScriptsRefused(ledger::AccountIndex account, const poll::RefusedByCap& refused) override;

  /// What the ledger has taken over from its store.
  void ReportLoad(const ledger::LoadReport& report, const ledger::Ledger& ledger) const;
  /// The gauges that follow the state of plan and ledger.
  void ReportState(const poll::PollPlan& plan, const ledger::Ledger& ledger, ledger::LedgerStore& store,
                   poll::MonoTime now);
  /// How a collector of an account has fared.
  struct CollectorState {
    std::optional<workers_builds::Timestamp> last_success;
    /// What it last failed with; stays when it works again.
    std::string error;
    std::optional<workers_builds::Timestamp> failed_at;
    /// The kind of the trouble that it is in; empty while it works.
    std::string trouble;
  };
  const CollectorState& StateOf(ledger::AccountIndex account, poll::Collector collector) const;
  /// Why the account's token is refused; empty while it is not.
  std::string DiagnosisOf(ledger::AccountIndex account) const;

 private:
  using milliseconds = std::chrono::milliseconds;

  /// Some collector of the account is in trouble with its token.
  bool IsRefused(ledger::AccountIndex account) const;
  void ReportCommits(const ledger::CommitState& state);

  const std::string& NameOf(ledger::AccountIndex account) const { return config_.accounts[account].name; }

  const config::Config& config_;
  metrics::SelfMetrics& metrics_;
  const Clock& clock_;
  std::map<std::pair<ledger::AccountIndex, poll::Collector>, CollectorState> collectors_;
  std::map<ledger::AccountIndex, std::string> diagnoses_;
  std::set<std::pair<std::string, std::string>> unknown_words_;  // that the log has named
  std::map<ledger::AccountIndex, poll::RefusedByCap> refused_scripts_;
  std::map<ledger::AccountIndex, milliseconds> throttled_;  // that the metrics have
  ledger::CommitState commits_;                             // that metrics and log have; the error while it lasts
  milliseconds answer_took_{0};
};

}  // namespace exporter
