#include <benchmark/benchmark.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "exporter/ledger/ledger.h"
#include "exporter/ledger/open_ledger_store.h"
#include "tests/bench/busy_account.h"
#include "tests/support/temporary_folder.h"

namespace exporter::ledger {
namespace {

using bench::AccountWithScripts;
using bench::FinishedPage;
using bench::kBuildsPerPage;
using bench::kStart;

/// One list page of 200 new builds after the other, each with its transaction; the ledger starts anew every million
/// rows.
template <typename MakeStore>
void MergeNewBuilds(benchmark::State& state, MakeStore make_store) {
  std::unique_ptr<LedgerStore> store;
  std::unique_ptr<Ledger> ledger;
  std::uint64_t page = 0;
  for (auto _ : state) {
    state.PauseTiming();
    if (page % (1'000'000 / kBuildsPerPage) == 0) {
      ledger.reset();
      store.reset();
      store = make_store();
      ledger = AccountWithScripts(*store);
    }
    const ScriptUpdate update = FinishedPage(page++);
    state.ResumeTiming();
    benchmark::DoNotOptimize(ledger->Apply(0, {&update, 1}, kStart));
  }
  state.SetItemsProcessed(state.iterations() * kBuildsPerPage);
  if (ledger->commit_state().errors > 0) state.SkipWithError(ledger->commit_state().last_error.c_str());
}

void BM_MergeNewBuildsInMemory(benchmark::State& state) {
  MergeNewBuilds(state, [] { return OpenLedgerStoreInMemory().value(); });
}
BENCHMARK(BM_MergeNewBuildsInMemory);

void BM_MergeNewBuildsIntoAFile(benchmark::State& state) {
  const support::TemporaryFolder folder;
  const std::string path = folder.Path("state.db");
  MergeNewBuilds(state, [&path] {
    for (const char* suffix : {"", "-wal"}) std::filesystem::remove(path + suffix);
    return OpenLedgerStore(path).value().store;
  });
}
BENCHMARK(BM_MergeNewBuildsIntoAFile)->UseRealTime();

/// The same page again: nothing changes, nothing is written.
void BM_MergeKnownBuilds(benchmark::State& state) {
  const auto store = OpenLedgerStoreInMemory().value();
  const auto ledger = AccountWithScripts(*store);
  const ScriptUpdate update = FinishedPage(0);
  ledger->Apply(0, {&update, 1}, kStart);
  for (auto _ : state) benchmark::DoNotOptimize(ledger->Apply(0, {&update, 1}, kStart));
  state.SetItemsProcessed(state.iterations() * kBuildsPerPage);
}
BENCHMARK(BM_MergeKnownBuilds);

/// From the name of a file with a million builds to all counters.
void BM_OpenAMillionBuilds(benchmark::State& state) {
  const support::TemporaryFolder folder;
  const std::string path = folder.Path("state.db");
  {
    const auto store = OpenLedgerStore(path).value().store;
    const auto ledger = AccountWithScripts(*store);
    for (std::uint64_t page = 0; page < 1'000'000 / kBuildsPerPage; ++page) {
      const ScriptUpdate update = FinishedPage(page);
      ledger->Apply(0, {&update, 1}, kStart);
    }
  }
  state.counters["bytes"] = static_cast<double>(std::filesystem::file_size(path));
  for (auto _ : state) {
    const auto store = OpenLedgerStore(path).value().store;
    Ledger ledger(*store, {{bench::kAccountId, kStart}}, DefaultBucketBounds());
    benchmark::DoNotOptimize(ledger.Load().value().builds);
  }
}
BENCHMARK(BM_OpenAMillionBuilds)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace
}  // namespace exporter::ledger
