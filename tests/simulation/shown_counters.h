#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "exporter/ledger/ledger.h"
#include "tests/simulation/violations.h"

namespace simulation {

/// The counters that the page has shown, script by script and account by account. A script is its tag: a name may go
/// to another one.
class ShownCounters {
 public:
  explicit ShownCounters(Report report) : report_(std::move(report)) {}

  /// The page is made: no counter on it may be lower than before, or gone. `changed`: scripts whose samples may be
  /// others than at the last call.
  void Take(const exporter::ledger::Ledger& ledger, const std::unordered_set<exporter::ledger::ScriptId>& changed);
  /// Nobody promises that what has been shown goes on.
  void Forget();

 private:
  using ClassCounters = exporter::ledger::ClassCounters;
  struct Shown {
    ClassCounters counters;
    bool unknown_outcome = false;
  };

  void TakeClass(const exporter::ledger::ScriptHistory& script, exporter::ledger::BranchClass branch_class);
  void TakeAccount(const exporter::ledger::AccountHistory& account);

  Report report_;
  std::map<std::pair<std::string, exporter::ledger::BranchClass>, Shown> scripts_;
  std::map<std::string, exporter::ledger::AccountCounters> accounts_;
};

}  // namespace simulation
