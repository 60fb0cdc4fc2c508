#include <benchmark/benchmark.h>
#include <rapidjson/document.h>

#include "client/build_decoder.h"
#include "client/json_document.h"
#include "tests/support/build_json.h"

namespace workers_builds {
namespace {

constexpr int kBuilds = 200;

const std::string& Page() {
  static const std::string page = testing::BuildPageJson(kBuilds);
  return page;
}

void Count(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(Page().size()));
  state.SetItemsProcessed(state.iterations() * kBuilds);
}

/// The limit: what RapidJSON takes with its defaults, without looking at a single value.
void BM_BareParse(benchmark::State& state) {
  for (auto _ : state) {
    rapidjson::Document document;
    document.Parse(Page().data(), Page().size());
    benchmark::DoNotOptimize(document);
  }
  Count(state);
}
BENCHMARK(BM_BareParse);

/// The same with the text as its own storage, and the copy of the text that this costs.
void BM_BareParseInSitu(benchmark::State& state) {
  for (auto _ : state) {
    std::string text = Page();
    rapidjson::Document document;
    document.ParseInsitu(text.data());
    benchmark::DoNotOptimize(document);
  }
  Count(state);
}
BENCHMARK(BM_BareParseInSitu);

void BM_ParseWithLimits(benchmark::State& state) {
  for (auto _ : state) {
    auto document = JsonDocument::Parse(Page());
    benchmark::DoNotOptimize(document);
  }
  Count(state);
}
BENCHMARK(BM_ParseWithLimits);

/// What a call costs: from the bytes of the answer to 200 builds.
void BM_DecodePage(benchmark::State& state) {
  for (auto _ : state) {
    const auto document = JsonDocument::Parse(Page());
    ReadNotes notes;
    auto page = DecodeBuildPage(document->root()["result"], document->root()["result_info"], notes);
    benchmark::DoNotOptimize(page);
  }
  Count(state);
}
BENCHMARK(BM_DecodePage);

}  // namespace
}  // namespace workers_builds
