#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "exporter/ledger/ledger_store.h"
#include "tests/component/page_values.h"
#include "tests/component/virtual_exporter.h"

namespace exporter::testing {

/// Shards with states that outlast them, and one exporter beside them that knows nothing of shards. All are scraped.
class ShardFleet {
 public:
  struct Options {
    int requests_per_5m = 600;
    /// Builds before the start. More than some hundred do not fit into the first page of each list.
    std::size_t history = 200;
  };
  explicit ShardFleet(int shards, Options options);
  explicit ShardFleet(int shards) : ShardFleet(shards, Options{}) {}

  /// All are stopped and started as so many. A shard that goes takes its state with it.
  void Scale(int shards);

  void RunFor(std::chrono::milliseconds duration);
  /// Builds stand still until everything about them is known.
  void LetBuildsRest();
  void LetBuildsGoOn();
  /// Deletes the script that the configuration lists by its tag, or one that it does not list, and makes one of the
  /// same name that is another shard's. Returns the name.
  std::string MakeAnew(bool listed);

  /// How the shards together differ from the one beside them, and that one from the truth.
  std::vector<std::string> DifferencesFromOneAlone() const;
  std::vector<std::string> DifferencesFromTruth();
  /// The shards that show each script.
  std::map<std::string, std::set<std::size_t>> Owners() const;

  Values Truth();
  /// What has increased on all targets since ForgetIncreases.
  Values Seen() const;
  /// A range that begins now: what was scraped last is its first sample.
  void ForgetIncreases();

  const VirtualExporter& shard(std::size_t i) const { return *shards_[i]; }

 private:
  std::vector<support::PageSamples> Pages() const;

  VirtualWorld world_;
  config::Config config_;
  std::unique_ptr<ledger::LedgerStore> alone_store_;
  std::unique_ptr<VirtualExporter> alone_;
  std::vector<std::unique_ptr<ledger::LedgerStore>> stores_;
  std::vector<std::unique_ptr<VirtualExporter>> shards_;
  std::vector<Increases> increases_;  // by target, also of those that are gone
  poll::MonoTime scaled_at_{};
};

}  // namespace exporter::testing
