#include "exporter/ledger/ledger_writer.h"

#include <algorithm>

namespace exporter::ledger {
namespace {

/// All that was staged since the store began to fail is written at each try: however long that lasts, it is tried once
/// in so many calls at least.
constexpr int kMostCallsSkipped = 63;

template <typename Map, typename Rows>
void Take(const Map& staged, Rows& rows) {
  rows.reserve(staged.size());
  for (const auto& [key, row] : staged) rows.push_back(row);
}

}  // namespace

tl::expected<std::optional<BuildRow>, std::string> LedgerWriter::Find(const Uuid& uuid) {
  if (const auto row = builds_.find(uuid); row != builds_.end()) return row->second;
  auto found = store_.Find(uuid);
  if (!found) Failed("a build could not be looked up: " + found.error());
  return found;
}

tl::expected<void, std::string> LedgerWriter::ForEachBuild(const std::function<void(const BuildRow&)>& visit) {
  const auto visited = store_.ForEachBuild([&](const BuildRow& row) {
    if (!builds_.contains(row.uuid)) visit(row);
  });
  if (!visited) {
    Failed("the builds could not be read: " + visited.error());
    return visited;
  }
  for (const auto& [uuid, row] : builds_) visit(row);
  return {};
}

void LedgerWriter::Commit() {
  if (accounts_.empty() && scripts_.empty() && budgets_.empty() && builds_.empty()) return;
  if (calls_to_skip_ > 0) {
    --calls_to_skip_;
    return;
  }
  Transaction transaction;
  Take(accounts_, transaction.accounts);
  Take(scripts_, transaction.scripts);
  Take(budgets_, transaction.budgets);
  Take(builds_, transaction.builds);
  if (const auto committed = store_.Commit(transaction); !committed) {
    Failed(committed.error());
    calls_to_skip_ = std::min((1 << std::min(++failures_in_a_row_, 10)) / 8, kMostCallsSkipped);
    return;
  }
  failures_in_a_row_ = 0;
  ++state_.commits;
  accounts_.clear();
  scripts_.clear();
  budgets_.clear();
  builds_.clear();
}

void LedgerWriter::Failed(const std::string& error) {
  ++state_.errors;
  state_.last_error = error;
}

}  // namespace exporter::ledger
