#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "exporter/ledger/ledger.h"
#include "exporter/ledger/open_ledger_store.h"
#include "exporter/metrics/metric_table.h"
#include "tests/bench/busy_account.h"

namespace exporter {
namespace {

/// An account with so many scripts of one build each, and the page of it.
class PageWorld {
 public:
  explicit PageWorld(std::size_t scripts)
      : store_(ledger::OpenLedgerStoreInMemory().value()), ledger_(bench::AccountWithScripts(*store_, scripts)) {
    config_.accounts.resize(1);
    config_.accounts[0].id = bench::kAccountId;
    config_.accounts[0].name = "production";
    for (ledger::ScriptId script = 0; script < scripts; ++script) Build(script);
    for (ledger::ScriptId script = 0; script < scripts; ++script) table_.UpdateScript(script);
    UpdateAccount();
    page_ = table_.Render();
  }

  /// The script has one more build, and its list has been read.
  void Build(ledger::ScriptId script) {
    ledger::ScriptUpdate update;
    update.script = script;
    update.builds = {bench::FinishedBuild(next_++)};
    update.proven_to = *update.builds.back().stopped_on;
    update.settled = true;
    ledger_->Apply(0, {&update, 1}, *update.proven_to);
  }
  void Show(ledger::ScriptId script) {
    table_.UpdateScript(script);
    UpdateAccount();
    page_ = table_.Render();
  }
  const exposition::Page& page() const { return *page_; }

 private:
  void UpdateAccount() { table_.UpdateAccount(0, {.up = true, .limits = {}, .api_time = bench::kStart}); }

  config::Config config_;
  std::unique_ptr<ledger::LedgerStore> store_;
  std::unique_ptr<ledger::Ledger> ledger_;
  metrics::MetricTable table_{config_, *ledger_};
  std::shared_ptr<const exposition::Page> page_;
  std::uint64_t next_ = 0;
};

/// From the commit of one script's change to the page that shows it.
void BM_OneScriptChanges(benchmark::State& state) {
  PageWorld world(static_cast<std::size_t>(state.range(0)));
  ledger::ScriptId script = 0;
  for (auto _ : state) {
    state.PauseTiming();
    script = static_cast<ledger::ScriptId>((script + 37) % static_cast<std::uint32_t>(state.range(0)));
    world.Build(script);
    state.ResumeTiming();
    world.Show(script);
  }
}
BENCHMARK(BM_OneScriptChanges)->Arg(1000)->Arg(10000)->Unit(benchmark::kMicrosecond);

/// What a scrape does before it sends.
void BM_GzipBody(benchmark::State& state) {
  const PageWorld world(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(GzipBody(world.page(), exposition::Format::kText, "own 1\n"));
}
BENCHMARK(BM_GzipBody)->Arg(1000)->Arg(10000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace exporter
