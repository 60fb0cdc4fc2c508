#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "exporter/ledger/ledger.h"
#include "exporter/ledger/sqlite_ledger_store.h"

namespace exporter::ledger {
namespace {

using workers_builds::Build;

constexpr int kScripts = 1000;
constexpr int kBuildsPerAnswer = 200;
constexpr Timestamp kStart = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);

std::vector<workers_builds::Script> Scripts() {
  std::vector<workers_builds::Script> scripts;
  for (int i = 0; i < kScripts; ++i) scripts.push_back({"script-" + std::to_string(i), "tag-" + std::to_string(i)});
  return scripts;
}

/// A finished production build; every number is another one.
Build FinishedBuild(std::uint64_t number) {
  Build build;
  build.uuid.emplace();
  // Spread over the key space, as random UUIDs are.
  const std::uint64_t key = number * 0x9E3779B97F4A7C15ULL;
  for (std::size_t i = 0; i < 8; ++i) build.uuid->bytes[i] = static_cast<std::uint8_t>(key >> (8 * i));
  build.status = BuildStatus::kStopped;
  build.outcome = number % 10 == 0 ? BuildOutcome::kFail : BuildOutcome::kSuccess;
  build.created_on = kStart + std::chrono::seconds(number);
  build.initializing_on = *build.created_on + std::chrono::seconds(2);
  build.running_on = *build.initializing_on + std::chrono::seconds(5);
  build.stopped_on = *build.running_on + std::chrono::seconds(50);
  build.trigger.emplace();
  build.trigger->branch_includes = {"main"};
  build.metadata.source = TriggerSource::kPush;
  return build;
}

/// One list page of 200 new builds after the other, each with its transaction; the ledger starts anew every million
/// rows.
void BM_MergeNewBuilds(benchmark::State& state) {
  std::unique_ptr<LedgerStore> store;
  std::unique_ptr<Ledger> ledger;
  std::uint64_t number = 0;
  for (auto _ : state) {
    state.PauseTiming();
    if (number % 1'000'000 == 0) {
      ledger.reset();
      store = OpenLedgerStoreInMemory().value();
      ledger =
          std::make_unique<Ledger>(*store, std::vector<AccountSettings>{{"account", kStart}}, DefaultBucketBounds());
      ledger->Start(0, kStart);
      ledger->ApplyDiscovery(0, Scripts(), kStart);
    }
    ScriptUpdate update;
    update.script = static_cast<ScriptId>(number / kBuildsPerAnswer % kScripts);
    for (int i = 0; i < kBuildsPerAnswer; ++i) update.builds.push_back(FinishedBuild(number++));
    update.settled = true;
    state.ResumeTiming();
    benchmark::DoNotOptimize(ledger->Apply(0, {&update, 1}, kStart));
  }
  state.SetItemsProcessed(state.iterations() * kBuildsPerAnswer);
}
BENCHMARK(BM_MergeNewBuilds);

/// The same page again: nothing changes, nothing is written.
void BM_MergeKnownBuilds(benchmark::State& state) {
  const auto store = OpenLedgerStoreInMemory().value();
  Ledger ledger(*store, {{"account", kStart}}, DefaultBucketBounds());
  ledger.Start(0, kStart);
  ledger.ApplyDiscovery(0, Scripts(), kStart);
  ScriptUpdate update;
  for (std::uint64_t i = 0; i < kBuildsPerAnswer; ++i) update.builds.push_back(FinishedBuild(i));
  ledger.Apply(0, {&update, 1}, kStart);
  for (auto _ : state) benchmark::DoNotOptimize(ledger.Apply(0, {&update, 1}, kStart));
  state.SetItemsProcessed(state.iterations() * kBuildsPerAnswer);
}
BENCHMARK(BM_MergeKnownBuilds);

}  // namespace
}  // namespace exporter::ledger
