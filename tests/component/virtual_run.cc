#include "tests/component/virtual_run.h"

#include <utility>

#include "exporter/ledger/open_ledger_store.h"

namespace exporter::testing {

config::Config ConfigFor(const simulator::Scenario& scenario) {
  config::Config config;
  for (const auto& account : scenario.accounts) {
    config::Account settings;
    settings.id = account.id;
    settings.name = account.name.empty() ? account.id : account.name;
    settings.plan = account.plan == simulator::Plan::kPaid ? config::Plan::kPaid : config::Plan::kFree;
    config.accounts.push_back(std::move(settings));
  }
  return config;
}

VirtualRun::VirtualRun(const simulator::Scenario& scenario, const config::Config& config)
    : world_(scenario), store_(ledger::OpenLedgerStoreInMemory().value()), exporter_(world_, config, *store_) {}

std::vector<std::string> VirtualRun::DifferencesFromTruth() {
  // Each account has the baseline of its first answer.
  std::vector<simulator::Series> truth;
  world_.simulator.AdvanceTo(world_.wall);
  for (ledger::AccountIndex account = 0; account < world_.scenario.accounts.size(); ++account) {
    const auto& settings = world_.scenario.accounts[account];
    const auto baseline = core().ledger().account(account).baseline;
    if (!baseline) return {"account " + settings.id + " has no baseline yet"};
    const auto of_account = simulator::TruthOf(*world_.simulator.FindAccount(settings.id), *baseline);
    truth.insert(truth.end(), of_account.begin(), of_account.end());
  }
  return support::DifferencesFrom(truth, Page());
}

}  // namespace exporter::testing
