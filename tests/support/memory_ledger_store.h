#pragma once

#include <map>
#include <optional>
#include <string>

#include "exporter/ledger/ledger_store.h"

namespace support {

/// Rows in memory, and failures on demand.
class MemoryLedgerStore : public exporter::ledger::LedgerStore {
 public:
  bool fail_commits = false;
  bool fail_finds = false;
  bool fail_scans = false;
  int scans = 0;
  std::map<std::uint32_t, exporter::ledger::StoredAccount> accounts;
  std::map<exporter::ledger::ScriptId, exporter::ledger::StoredScript> scripts;
  std::map<std::uint32_t, exporter::ledger::StoredBudget> budgets;
  std::map<workers_builds::Uuid, exporter::ledger::BuildRow> builds;

  tl::expected<void, std::string> Commit(const exporter::ledger::Transaction& transaction) override {
    if (fail_commits) return tl::unexpected(std::string("disk full"));
    for (const auto& account : transaction.accounts) accounts.insert_or_assign(account.account, account);
    for (const auto& script : transaction.scripts) scripts.insert_or_assign(script.script, script);
    for (const auto& budget : transaction.budgets) budgets.insert_or_assign(budget.account, budget);
    for (const auto& build : transaction.builds) builds.insert_or_assign(build.uuid, build);
    return {};
  }
  tl::expected<std::optional<exporter::ledger::BuildRow>, std::string> Find(const workers_builds::Uuid& uuid) override {
    if (fail_finds) return tl::unexpected(std::string("cannot read"));
    const auto found = builds.find(uuid);
    return found == builds.end() ? std::nullopt : std::optional(found->second);
  }
  tl::expected<exporter::ledger::StoredLedger, std::string> Read() override {
    exporter::ledger::StoredLedger stored;
    for (const auto& [key, account] : accounts) stored.accounts.push_back(account);
    for (const auto& [key, script] : scripts) stored.scripts.push_back(script);
    for (const auto& [key, budget] : budgets) stored.budgets.push_back(budget);
    return stored;
  }
  tl::expected<void, std::string> ForEachBuild(
      const std::function<void(const exporter::ledger::BuildRow&)>& visit) override {
    ++scans;
    if (fail_scans) return tl::unexpected(std::string("cannot read"));
    for (const auto& [uuid, row] : builds) visit(row);
    return {};
  }
  std::int64_t SizeBytes() override { return static_cast<std::int64_t>(builds.size() * 100); }
};

}  // namespace support
