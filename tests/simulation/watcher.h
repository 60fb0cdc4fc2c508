#pragma once

#include <unordered_set>

#include "tests/simulation/coverage.h"
#include "tests/support/deaf_observer.h"

namespace simulation {

/// Hears what the plan says and keeps what the checks ask for.
class Watcher : public support::DeafObserver {
 public:
  explicit Watcher(Coverage& coverage, std::unordered_set<exporter::ledger::ScriptId>& changed)
      : coverage_(coverage), changed_(changed) {}

  void OnHistoryGap(const exporter::ledger::ScriptHistory&) override { ++coverage_.history_gaps; }
  void OnLostBuild(const exporter::ledger::ScriptHistory&, const workers_builds::Uuid&) override {
    ++coverage_.lost_builds;
  }
  void OnApplied(exporter::ledger::AccountIndex, const exporter::ledger::ApplyReport& report) override {
    coverage_.late_builds += report.late_builds;
    changed_.insert(report.changed.begin(), report.changed.end());
  }

 private:
  Coverage& coverage_;
  std::unordered_set<exporter::ledger::ScriptId>& changed_;
};

}  // namespace simulation
