#pragma once

#include <optional>
#include <string>
#include <vector>

#include "exporter/ledger/ledger.h"
#include "tests/simulation/troubles.h"
#include "tests/simulation/violations.h"
#include "tests/simulator/simulated_account.h"

namespace simulation {

/// Every row that is committed, beside the build that it is about.
class RowChecks {
 public:
  /// The references outlive this.
  RowChecks(const std::vector<simulator::SimulatedAccount>& accounts, const Troubles& troubles, Report report)
      : accounts_(accounts), troubles_(troubles), report_(std::move(report)) {}

  struct Moment {
    /// Since the start of the run, and for the API.
    milliseconds at{0};
    simulator::Instant api_time;
    /// How long news may wait in calm times.
    milliseconds patience{0};
    /// How long a row may wait that came late.
    milliseconds patience_for_late_rows{0};
    /// The row may have been counted before, when it could not be committed.
    bool committed_late = false;
  };
  /// `ledger` is as it is after the transaction.
  void Take(const std::optional<exporter::ledger::BuildRow>& before, const exporter::ledger::BuildRow& row,
            const exporter::ledger::Ledger& ledger, const Moment& moment);

  /// The longest that an end of a build has waited for its count in calm times.
  milliseconds longest_wait() const { return longest_wait_; }

 private:
  using BuildRow = exporter::ledger::BuildRow;

  void CheckHistory(const BuildRow& before, const BuildRow& row, const std::string& name);
  void CheckTruth(const BuildRow& row, const simulator::Build& build, const std::string& name);
  void CheckNews(const BuildRow& row, const simulator::Build& build, const exporter::ledger::ScriptHistory& script,
                 const exporter::ledger::AccountHistory& account, const Moment& moment, const std::string& name);

  const std::vector<simulator::SimulatedAccount>& accounts_;
  const Troubles& troubles_;
  Report report_;
  milliseconds longest_wait_{0};
};

}  // namespace simulation
