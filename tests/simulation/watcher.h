#pragma once

#include <unordered_set>

#include "exporter/poll/poll_observer.h"
#include "tests/simulation/coverage.h"

namespace simulation {

/// Hears what the plan says and keeps what the checks ask for.
class Watcher : public exporter::poll::PollObserver {
 public:
  explicit Watcher(Coverage& coverage, std::unordered_set<exporter::ledger::ScriptId>& changed)
      : coverage_(coverage), changed_(changed) {}

  void OnAnswer(const exporter::poll::Call&, const exporter::poll::CallResult&) override {}
  void OnRetry(const exporter::poll::Call&, workers_builds::ErrorReason) override {}
  void OnCollected(const exporter::poll::Call&, const workers_builds::Error*) override {}
  void OnTokenTrouble(exporter::ledger::AccountIndex, const std::string&) override {}
  void OnHistoryGap(const exporter::ledger::ScriptHistory&) override { ++coverage_.history_gaps; }
  void OnLostBuild(const exporter::ledger::ScriptHistory&, const workers_builds::Uuid&) override {
    ++coverage_.lost_builds;
  }
  void OnApplied(exporter::ledger::AccountIndex, const exporter::ledger::ApplyReport& report) override {
    coverage_.late_builds += report.late_builds;
    changed_.insert(report.changed.begin(), report.changed.end());
  }
  void OnScriptsRefused(exporter::ledger::AccountIndex, std::size_t) override {}

 private:
  Coverage& coverage_;
  std::unordered_set<exporter::ledger::ScriptId>& changed_;
};

}  // namespace simulation
