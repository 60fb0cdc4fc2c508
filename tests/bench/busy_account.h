#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "exporter/ledger/ledger.h"

/// An account with a thousand scripts and as many finished builds as anybody wants.
namespace exporter::bench {

inline constexpr const char* kAccountId = "023e105f4ecef8ad9ca31a8372d0c353";
inline constexpr int kScripts = 1000;
inline constexpr int kBuildsPerPage = 200;
inline constexpr ledger::Timestamp kStart = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);

/// A ledger that knows the scripts and counts from kStart on.
inline std::unique_ptr<ledger::Ledger> AccountWithScripts(ledger::LedgerStore& store, std::size_t count = kScripts) {
  std::vector<workers_builds::Script> scripts;
  for (std::size_t i = 0; i < count; ++i)
    scripts.push_back({"script-" + std::to_string(i), "tag-" + std::to_string(i)});
  auto ledger = std::make_unique<ledger::Ledger>(store, std::vector<ledger::AccountSettings>{{kAccountId, kStart}},
                                                 ledger::DefaultBucketBounds());
  ledger->Start(0, kStart);
  ledger->ApplyDiscovery(0, scripts, kStart);
  return ledger;
}

/// A finished production build; every number is another one.
inline workers_builds::Build FinishedBuild(std::uint64_t number) {
  workers_builds::Build build;
  build.uuid.emplace();
  // Spread over the key space, as random UUIDs are.
  const std::uint64_t key = number * 0x9E3779B97F4A7C15ULL;
  for (std::size_t i = 0; i < 8; ++i) build.uuid->bytes[i] = static_cast<std::uint8_t>(key >> (8 * i));
  build.status = ledger::BuildStatus::kStopped;
  build.outcome = number % 10 == 0 ? ledger::BuildOutcome::kFail : ledger::BuildOutcome::kSuccess;
  build.created_on = kStart + std::chrono::seconds(number);
  build.initializing_on = *build.created_on + std::chrono::seconds(2);
  build.running_on = *build.initializing_on + std::chrono::seconds(5);
  build.stopped_on = *build.running_on + std::chrono::seconds(50);
  build.trigger.emplace();
  build.trigger->branch_includes = {"main"};
  build.metadata.source = ledger::TriggerSource::kPush;
  return build;
}

/// A list page of one script that ends its walk, with builds that no other page has.
inline ledger::ScriptUpdate FinishedPage(std::uint64_t page) {
  ledger::ScriptUpdate update;
  update.script = static_cast<ledger::ScriptId>(page % kScripts);
  for (std::uint64_t i = 0; i < kBuildsPerPage; ++i) {
    update.builds.push_back(FinishedBuild(page * kBuildsPerPage + i));
  }
  update.proven_to = *update.builds.back().stopped_on;
  update.settled = true;
  return update;
}

}  // namespace exporter::bench
