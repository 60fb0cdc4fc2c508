#include "exporter/metrics/metric_table.h"

#include "exporter/metrics/script_samples.h"

namespace exporter::metrics {

void MetricTable::Take(Group group, std::size_t slot) {
  for (const FamilyInfo& info : Catalogue()) {
    if (info.group != group || !texts_.Shows(info.family)) continue;
    exposition::SampleLines& lines = texts_[info.family];
    families_[static_cast<std::size_t>(info.family)].Set(slot, lines);
    lines.text.clear();
    lines.open_metrics.clear();
  }
}

void MetricTable::UpdateScript(ledger::ScriptId id) {
  const ledger::ScriptHistory& script = ledger_.script(id);
  if (script.present) WriteScript(config_.accounts[script.account].name, ledger_, script, texts_);
  Take(Group::kScriptClass, id);
  Take(Group::kScript, id);
}

void MetricTable::UpdateAccount(ledger::AccountIndex account, const AccountState& state) {
  WriteAccount(config_.accounts[account], ledger_, account, state, texts_);
  Take(Group::kAccount, account);
}

std::shared_ptr<const exposition::Page> MetricTable::Render() {
  auto page = std::make_shared<exposition::Page>();
  for (const FamilyInfo& info : Catalogue()) {
    const auto family = static_cast<std::size_t>(info.family);
    page->families[family] = families_[family].Render(info);
  }
  return page;
}

}  // namespace exporter::metrics
