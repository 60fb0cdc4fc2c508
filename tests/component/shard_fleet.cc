#include "tests/component/shard_fleet.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "exporter/ledger/open_ledger_store.h"
#include "exporter/sharding.h"
#include "tests/component/virtual_run.h"

namespace exporter::testing {

using support::PageSamples;

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr minutes kUntilAllIsKnown{12};
constexpr minutes kScrapeInterval{1};
/// After a start, when scripts are read and counters are held.
constexpr seconds kFirstScrapeInterval{5};
constexpr minutes kFirstScrapes{4};
const auto kBaseline = std::chrono::sys_days(std::chrono::year(2026) / 9 / 13) + hours(12);

simulator::Scenario BusyAccount(std::size_t history) {
  simulator::Scenario scenario;
  scenario.seed = 21;
  scenario.accounts.front().builds_per_hour = 120;
  scenario.accounts.front().script_count = 30;
  scenario.accounts.front().history = history;
  return scenario;
}

config::Config FleetConfig(VirtualWorld& world, int requests_per_5m) {
  config::Config config = ConfigFor(world.scenario);
  config.state.baseline = kBaseline;
  config.api.requests_per_5m = requests_per_5m;
  config.accounts.front().scripts.tags = {world.simulator.accounts().front().scripts().front().tag};
  return config;
}

int OwnerOf(const std::string& tag, int total) {
  int index = 0;
  while (!ledger::Shard{index, total}.Owns(tag)) ++index;
  return index;
}

}  // namespace

ShardFleet::ShardFleet(int shards, Options options)
    : world_(BusyAccount(options.history)),
      config_(FleetConfig(world_, options.requests_per_5m)),
      alone_store_(ledger::OpenLedgerStoreInMemory().value()) {
  alone_ = std::make_unique<VirtualExporter>(world_, config_, *alone_store_);
  Scale(shards);
}

void ShardFleet::Scale(int shards) {
  for (const auto& shard : shards_) shard->Stop();
  shards_.clear();
  if (stores_.size() > static_cast<std::size_t>(shards)) stores_.resize(static_cast<std::size_t>(shards));
  while (stores_.size() < static_cast<std::size_t>(shards)) {
    stores_.push_back(ledger::OpenLedgerStoreInMemory().value());
  }
  increases_.resize(std::max(increases_.size(), stores_.size()));
  scaled_at_ = world_.now;
  for (int i = 0; i < shards; ++i) {
    config::Config config = config_;
    const ledger::Shard shard{i, shards};
    EXPECT_TRUE(TakePart(config, shard).has_value());
    shards_.push_back(std::make_unique<VirtualExporter>(world_, config, *stores_[static_cast<std::size_t>(i)], shard));
  }
}

void ShardFleet::RunFor(std::chrono::milliseconds duration) {
  std::vector<VirtualExporter*> all{alone_.get()};
  for (const auto& shard : shards_) all.push_back(shard.get());
  for (const auto end = world_.now + duration; world_.now < end && !::testing::Test::HasFailure();) {
    const bool is_young = world_.now - scaled_at_ < kFirstScrapes;
    const auto until_scrape = is_young ? kFirstScrapeInterval : seconds(kScrapeInterval);
    testing::RunFor(world_, all, std::min<std::chrono::milliseconds>(until_scrape, end - world_.now));
    const auto pages = Pages();
    for (std::size_t i = 0; i < pages.size(); ++i) increases_[i].Scrape(pages[i]);
  }
}

void ShardFleet::LetBuildsRest() {
  world_.FreezeBuilds();
  RunFor(kUntilAllIsKnown);
}

void ShardFleet::LetBuildsGoOn() {
  world_.simulator.clock().SetSpeed(world_.wall, 1);
}

std::string ShardFleet::MakeAnew(bool listed) {
  simulator::SimulatedAccount& account = world_.simulator.accounts().front();
  const simulator::Script& script = listed ? account.scripts().front() : account.scripts().back();
  const std::string name = script.name;
  const int total = static_cast<int>(shards_.size());
  const int owner = OwnerOf(script.tag, total);
  simulator::ScriptHabits habits;
  habits.name = name;
  std::string tag;
  do {
    EXPECT_TRUE(account.Delete(name).has_value());
    tag = account.Create(habits).value();
  } while (OwnerOf(tag, total) == owner && !::testing::Test::HasFailure());
  return name;
}

std::vector<PageSamples> ShardFleet::Pages() const {
  std::vector<PageSamples> pages;
  for (const auto& shard : shards_) pages.push_back(shard->Page());
  return pages;
}

std::vector<std::string> ShardFleet::DifferencesFromOneAlone() const {
  return Differences(Together({alone_->Page()}), Together(Pages()));
}

std::vector<std::string> ShardFleet::DifferencesFromTruth() {
  return support::DifferencesFrom(world_.Truth(kBaseline), alone_->Page());
}

std::map<std::string, std::set<std::size_t>> ShardFleet::Owners() const {
  std::map<std::string, std::set<std::size_t>> owners;
  const auto pages = Pages();
  for (std::size_t i = 0; i < pages.size(); ++i) {
    for (const auto& [series, value] : pages[i]) {
      if (NameOf(series) != "cloudflare_workers_builds_script_info") continue;
      const std::string label = "script_name=\"";
      const auto name = series.find(label) + label.size();
      owners[series.substr(name, series.find('"', name) - name)].insert(i);
    }
  }
  return owners;
}

Values ShardFleet::Truth() {
  Values truth;
  for (const auto& sample : world_.Truth(kBaseline)) {
    // As the page writes it: by the order of the labels' names, which is the map's.
    std::string series = sample.name + "{";
    for (const auto& [label, value] : sample.labels) {
      series += (series.back() == '{' ? "" : ",") + label + "=\"" + value + "\"";
    }
    truth[series + "}"] = sample.value;
  }
  return truth;
}

Values ShardFleet::Seen() const {
  Values seen;
  for (const Increases& target : increases_) {
    for (const auto& [series, value] : target.sum()) seen[series] += value;
  }
  return seen;
}

void ShardFleet::ForgetIncreases() {
  increases_.assign(increases_.size(), {});
  const auto pages = Pages();
  for (std::size_t i = 0; i < pages.size(); ++i) increases_[i].Scrape(pages[i]);
}

}  // namespace exporter::testing
