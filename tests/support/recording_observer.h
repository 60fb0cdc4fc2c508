#pragma once

#include <string>
#include <utility>
#include <vector>

#include "exporter/poll/poll_observer.h"

namespace support {

/// Writes down what it hears.
class RecordingObserver : public exporter::poll::PollObserver {
 public:
  using Call = exporter::poll::Call;
  using Reason = workers_builds::ErrorReason;

  struct Collected {
    exporter::poll::Collector collector;
    /// Empty: it went well.
    std::optional<Reason> error;
  };

  void OnAnswer(const Call& call, const exporter::poll::CallResult&) override { answers.push_back(call); }
  void OnRetry(const Call& call, Reason reason) override { retries.emplace_back(call, reason); }
  void OnCollected(const Call& call, const workers_builds::Error* error) override {
    collected.push_back({call.collector, error == nullptr ? std::nullopt : std::optional(error->reason)});
  }
  void OnTokenTrouble(exporter::ledger::AccountIndex account, const std::string& diagnosis) override {
    diagnoses.emplace_back(account, diagnosis);
  }
  void OnHistoryGap(const exporter::ledger::ScriptHistory& script) override { gaps.push_back(script.tag); }
  void OnLostBuild(const exporter::ledger::ScriptHistory&, const workers_builds::Uuid& uuid) override {
    lost.push_back(uuid);
  }
  void OnApplied(exporter::ledger::AccountIndex, const exporter::ledger::ApplyReport& report) override {
    applied += report;
  }
  void OnScriptsRefused(exporter::ledger::AccountIndex, const exporter::poll::RefusedByCap& by_cap) override {
    refused = by_cap;
  }

  /// The errors that ended calls of the collector.
  std::vector<Reason> ErrorsOf(exporter::poll::Collector collector) const {
    std::vector<Reason> errors;
    for (const Collected& call : collected) {
      if (call.collector == collector && call.error) errors.push_back(*call.error);
    }
    return errors;
  }

  std::vector<Call> answers;
  std::vector<std::pair<Call, Reason>> retries;
  std::vector<Collected> collected;
  std::vector<std::pair<exporter::ledger::AccountIndex, std::string>> diagnoses;
  std::vector<std::string> gaps;
  std::vector<workers_builds::Uuid> lost;
  exporter::ledger::ApplyReport applied;
  exporter::poll::RefusedByCap refused{};
};

}  // namespace support
