#pragma once

#include <string>
#include <utility>
#include <vector>

#include "exporter/ledger/ledger.h"
#include "tests/support/builds.h"
#include "tests/support/memory_ledger_store.h"

namespace support {

/// One account's ledger, from its first answer at kT0 on.
struct LedgerWorld {
  explicit LedgerWorld(std::optional<Timestamp> baseline = std::nullopt, exporter::ledger::KeptDetails details = {})
      : ledger(store, {{.id = "account", .baseline = baseline}}, exporter::ledger::DefaultBucketBounds(),
               std::move(details)) {
    ledger.Start(0, kT0);
  }

  /// A discovery answer of (name, tag).
  exporter::ledger::ApplyReport Discover(const std::vector<std::pair<std::string, std::string>>& scripts,
                                         Timestamp now = kT0) {
    std::vector<workers_builds::Script> answer;
    for (const auto& [name, tag] : scripts) answer.push_back({.name = name, .tag = tag});
    return ledger.ApplyDiscovery(0, answer, now);
  }

  /// The script `tag`, which must have been discovered.
  const exporter::ledger::ScriptHistory& Script(const std::string& tag) const { return *ledger.FindScript(0, tag); }
  const exporter::ledger::ClassHistory& Class(
      const std::string& tag,
      exporter::ledger::BranchClass branch_class = exporter::ledger::BranchClass::kProduction) const {
    return Script(tag).classes[exporter::ledger::Index(branch_class)];
  }

  /// An answer that shows builds of the script, as `latest` does: it proves nothing.
  exporter::ledger::ApplyReport See(const std::string& tag, std::vector<Build> builds, Timestamp now = kT0) {
    exporter::ledger::ScriptUpdate update;
    update.script = Script(tag).id;
    update.builds = std::move(builds);
    update.looked_at = true;
    return Apply(update, now);
  }
  /// A walk that ends at `now` with these builds.
  exporter::ledger::ApplyReport Walk(const std::string& tag, std::vector<Build> builds, Timestamp now = kT0) {
    exporter::ledger::ScriptUpdate update;
    update.script = Script(tag).id;
    update.builds = std::move(builds);
    update.proven_to = now;
    update.settled = true;
    return Apply(update, now);
  }
  exporter::ledger::ApplyReport Apply(const exporter::ledger::ScriptUpdate& update, Timestamp now) {
    return ledger.Apply(0, {&update, 1}, now);
  }

  /// Held counters show their value.
  void ReleaseAll() {
    for (const auto id : ledger.account(0).scripts) {
      ledger.Release({{{.account = 0, .script = id, .groups = Script(ledger.script(id).tag).births.held}}});
    }
    ledger.Release({{{.account = 0, .script = {}, .groups = ledger.account(0).births.held}}});
  }

  MemoryLedgerStore store;
  exporter::ledger::Ledger ledger;
};

}  // namespace support
