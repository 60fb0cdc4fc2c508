#pragma once

#include <array>
#include <memory>
#include <string>

#include "config/config.h"
#include "exporter/exposition/family_chunks.h"
#include "exporter/exposition/page.h"
#include "exporter/ledger/ledger.h"
#include "exporter/metrics/account_samples.h"
#include "exporter/metrics/catalogue.h"
#include "exporter/metrics/sample_writer.h"

namespace exporter::metrics {

/// What the page shows of each script and account: turns the state of what has changed into samples, and leaves the
/// rest as it was rendered. One thread.
class MetricTable {
 public:
  /// The references outlive the table.
  MetricTable(const config::Config& config, const ledger::Ledger& ledger)
      : config_(config), ledger_(ledger), texts_(config.metrics) {}

  void UpdateScript(ledger::ScriptId script);
  void UpdateAccount(ledger::AccountIndex account, const AccountState& state);

  /// The page as of now, of one instant.
  std::shared_ptr<const exposition::Page> Render();

 private:
  /// Gives the slot in each family of the group what was written.
  void Take(Group group, std::size_t slot);

  const config::Config& config_;
  const ledger::Ledger& ledger_;
  /// By Family. A script's slot is its ScriptId, which never changes: the order of the page is that of first sight.
  std::array<exposition::FamilyChunks, kFamilyCount> families_;
  FamilyTexts texts_;  // empty between updates; keeps its memory
};

}  // namespace exporter::metrics
