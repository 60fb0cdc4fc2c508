#pragma once

#include <string>

#include "exporter/poll/poll_observer.h"

namespace support {

/// Hears nothing; for tests that overhear less than everything.
class DeafObserver : public exporter::poll::PollObserver {
 public:
  void OnAnswer(const exporter::poll::Call&, const exporter::poll::CallResult&) override {}
  void OnRetry(const exporter::poll::Call&, workers_builds::ErrorReason) override {}
  void OnCollected(const exporter::poll::Call&, const workers_builds::Error*) override {}
  void OnTokenTrouble(exporter::ledger::AccountIndex, const std::string&) override {}
  void OnHistoryGap(const exporter::ledger::ScriptHistory&) override {}
  void OnLostBuild(const exporter::ledger::ScriptHistory&, const workers_builds::Uuid&) override {}
  void OnApplied(exporter::ledger::AccountIndex, const exporter::ledger::ApplyReport&) override {}
  void OnScriptsRefused(exporter::ledger::AccountIndex, const exporter::poll::RefusedByCap&) override {}
};

}  // namespace support
