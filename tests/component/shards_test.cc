#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "exporter/ledger/open_ledger_store.h"
#include "exporter/sharding.h"
#include "tests/component/virtual_exporter.h"
#include "tests/component/virtual_run.h"

/// Several exporters that share the scripts of an account say together what one alone would say.
namespace exporter::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using support::PageSamples;
using ::testing::AnyOf;
using ::testing::IsEmpty;
using ::testing::Not;

using Values = std::map<std::string, double>;

constexpr minutes kUntilAllIsKnown{12};
constexpr minutes kScrapeInterval{1};
/// After a start, when scripts are read and counters are held.
constexpr seconds kFirstScrapeInterval{5};
constexpr minutes kFirstScrapes{4};
const auto kBaseline = std::chrono::sys_days(std::chrono::year(2026) / 9 / 13) + hours(12);

simulator::Scenario BusyAccount() {
  simulator::Scenario scenario;
  scenario.seed = 21;
  scenario.accounts.front().builds_per_hour = 120;
  scenario.accounts.front().script_count = 30;
  return scenario;
}

config::Config ConfigWithBaseline(const simulator::Scenario& scenario) {
  config::Config config = ConfigFor(scenario);
  config.state.baseline = kBaseline;
  return config;
}

std::string NameOf(const std::string& series) {
  return series.substr(0, series.find('{'));
}

/// The series without its label `shard`.
std::string WithoutShard(std::string series) {
  const auto begin = series.find("shard=\"");
  if (begin == std::string::npos) return series;
  auto end = series.find('"', begin + std::string("shard=\"").size()) + 1;
  const bool is_last = series[end] == '}';
  return series.erase(is_last ? begin - 1 : begin, is_last ? end - begin + 1 : end - begin + 1);
}

/// What the rules make of the shards: the sum, or the least where a sum means nothing.
Values Together(const std::vector<PageSamples>& pages) {
  Values together;
  for (const PageSamples& page : pages) {
    for (const auto& [series, text] : page) {
      const double value = std::strtod(text.c_str(), nullptr);
      const std::string whole = WithoutShard(series);
      const auto [known, fresh] = together.emplace(whole, value);
      if (fresh) continue;
      const std::string name = NameOf(series);
      const bool is_least = name.ends_with("_up") || name.ends_with("baseline_timestamp_seconds") ||
                            name.find("oldest_active") != std::string::npos;
      known->second = is_least ? std::min(known->second, value) : known->second + value;
    }
  }
  return together;
}

std::vector<std::string> Differences(const Values& expected, const Values& actual) {
  std::vector<std::string> differences;
  for (const auto& [series, value] : expected) {
    const auto found = actual.find(series);
    if (found == actual.end()) {
      differences.push_back(series + " is missing");
    } else if (std::abs(found->second - value) > 1e-6) {
      differences.push_back(series + " should be " + std::to_string(value) + " and is " +
                            std::to_string(found->second));
    }
  }
  for (const auto& [series, value] : actual) {
    if (!expected.contains(series)) differences.push_back(series + " should not be there");
  }
  return differences;
}

bool IsCounter(const std::string& series) {
  const std::string name = NameOf(series);
  return name.ends_with("_total") || name.ends_with("_bucket") || name.ends_with("_count") || name.ends_with("_sum");
}

/// What `increase()` sees of one target, over all its scrapes: the first value of a series is no increase, a lower one
/// than before is a new beginning.
class Increases {
 public:
  void Scrape(const PageSamples& page) {
    for (const auto& [series, text] : page) {
      if (!IsCounter(series)) continue;
      const double value = std::strtod(text.c_str(), nullptr);
      const auto [last, fresh] = last_.emplace(series, value);
      if (fresh) continue;
      sum_[WithoutShard(series)] += value < last->second ? value : value - last->second;
      last->second = value;
    }
  }
  const Values& sum() const { return sum_; }

 private:
  Values last_;
  Values sum_;
};

/// Shards with states that outlast them, and one exporter beside them that knows nothing of shards.
class Fleet {
 public:
  explicit Fleet(int shards) : alone_store_(ledger::OpenLedgerStoreInMemory().value()) {
    alone_ = std::make_unique<VirtualExporter>(world_, config_, *alone_store_);
    Scale(shards);
  }

  /// All are stopped and started as so many. A shard that goes takes its state with it.
  void Scale(int shards) {
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
      shards_.push_back(
          std::make_unique<VirtualExporter>(world_, config, *stores_[static_cast<std::size_t>(i)], shard));
    }
  }

  void RunFor(std::chrono::milliseconds duration) {
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
  void LetBuildsRest() {
    world_.FreezeBuilds();
    RunFor(kUntilAllIsKnown);
  }
  void LetBuildsGoOn() { world_.simulator.clock().SetSpeed(world_.wall, 1); }

  std::vector<PageSamples> Pages() const {
    std::vector<PageSamples> pages;
    for (const auto& shard : shards_) pages.push_back(shard->Page());
    return pages;
  }
  std::vector<std::string> DifferencesFromOneAlone() const {
    return Differences(Together({alone_->Page()}), Together(Pages()));
  }
  std::vector<std::string> DifferencesFromTruth() {
    return support::DifferencesFrom(world_.Truth(kBaseline), alone_->Page());
  }
  /// The shards that show each script.
  std::map<std::string, std::set<std::size_t>> Owners() const {
    std::map<std::string, std::set<std::size_t>> owners;
    const auto pages = Pages();
    for (std::size_t i = 0; i < pages.size(); ++i) {
      for (const auto& [series, value] : pages[i]) {
        if (NameOf(series) != "cloudflare_workers_builds_script_info") continue;
        const auto name = series.find("script_name=");
        owners[series.substr(name, series.find_first_of(",}", name) - name)].insert(i);
      }
    }
    return owners;
  }
  Values Truth() {
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
  /// Of all targets, since ForgetIncreases.
  Values Seen() const {
    Values seen;
    for (const Increases& target : increases_) {
      for (const auto& [series, value] : target.sum()) seen[series] += value;
    }
    return seen;
  }
  /// A range that begins now: what was scraped last is its first sample.
  void ForgetIncreases() {
    increases_.assign(increases_.size(), {});
    const auto pages = Pages();
    for (std::size_t i = 0; i < pages.size(); ++i) increases_[i].Scrape(pages[i]);
  }
  const VirtualExporter& shard(std::size_t i) const { return *shards_[i]; }
  ledger::LedgerStore& store(std::size_t i) { return *stores_[i]; }

 private:
  VirtualWorld world_{BusyAccount()};
  config::Config config_ = ConfigWithBaseline(BusyAccount());
  std::unique_ptr<ledger::LedgerStore> alone_store_;
  std::unique_ptr<VirtualExporter> alone_;
  std::vector<std::unique_ptr<ledger::LedgerStore>> stores_;
  std::vector<std::unique_ptr<VirtualExporter>> shards_;
  std::vector<Increases> increases_;  // by target, also of those that are gone
  poll::MonoTime scaled_at_{};
};

TEST(Shards, SumUpToOneExporterAndStillDoAfterOneWasAdded) {
  Fleet fleet(3);
  fleet.RunFor(hours(2));
  fleet.LetBuildsRest();
  EXPECT_THAT(fleet.DifferencesFromTruth(), IsEmpty());
  EXPECT_THAT(fleet.DifferencesFromOneAlone(), IsEmpty());

  fleet.LetBuildsGoOn();
  fleet.Scale(4);
  fleet.RunFor(hours(2));
  fleet.LetBuildsRest();
  EXPECT_THAT(fleet.DifferencesFromOneAlone(), IsEmpty());
}

TEST(Shards, SumUpToOneExporterAfterOneWasTakenAwayAndCameBack) {
  Fleet fleet(3);
  fleet.RunFor(hours(1));
  fleet.Scale(2);
  fleet.RunFor(hours(1));
  fleet.LetBuildsRest();
  EXPECT_THAT(fleet.DifferencesFromOneAlone(), IsEmpty());

  fleet.LetBuildsGoOn();
  fleet.Scale(3);
  fleet.RunFor(hours(1));
  fleet.LetBuildsRest();
  EXPECT_THAT(fleet.DifferencesFromOneAlone(), IsEmpty());

  fleet.LetBuildsGoOn();
  fleet.Scale(1);
  fleet.RunFor(hours(1));
  fleet.LetBuildsRest();
  EXPECT_THAT(fleet.DifferencesFromOneAlone(), IsEmpty());
}

TEST(Shards, OnlyScriptsThatMustMoveDo) {
  Fleet fleet(3);
  fleet.RunFor(minutes(30));
  const auto before = fleet.Owners();
  fleet.Scale(4);
  fleet.RunFor(minutes(30));
  const auto after = fleet.Owners();
  ASSERT_EQ(before.size(), after.size());
  std::size_t moved = 0;
  for (const auto& [script, owners] : before) {
    ASSERT_EQ(owners.size(), 1U) << script;
    const std::set<std::size_t> new_owners = after.at(script);
    EXPECT_THAT(new_owners, AnyOf(owners, std::set<std::size_t>{3})) << script;
    moved += new_owners.contains(3) ? 1 : 0;
  }
  EXPECT_GT(moved, 0U);
  EXPECT_LT(moved, before.size() / 2);
}

/// Counters that have increased more than is true.
std::vector<std::string> TooMuch(const Values& before, const Values& after, const Values& seen) {
  std::vector<std::string> too_much;
  for (const auto& [series, increase] : seen) {
    const auto since = after.find(series);
    const auto until = before.find(series);
    if (since == after.end()) continue;
    const double is_true = since->second - (until == before.end() ? 0 : until->second);
    if (increase > is_true + 1e-6) {
      too_much.push_back(series + " has grown by " + std::to_string(is_true) + " and seems to by " +
                         std::to_string(increase));
    }
  }
  return too_much;
}

double Completed(const Values& values) {
  double sum = 0;
  for (const auto& [series, value] : values) {
    if (NameOf(series) == "cloudflare_workers_builds_completed_total") sum += value;
  }
  return sum;
}

struct Move {
  std::vector<int> before;
  int to;
};

/// Shards that come and shards that go, with what is left of them in their states.
class ShardsThatMove : public ::testing::TestWithParam<Move> {};

INSTANTIATE_TEST_SUITE_P(Shards, ShardsThatMove,
                         ::testing::Values(Move{{3}, 4}, Move{{4}, 3}, Move{{1}, 3}, Move{{3}, 1}, Move{{3, 2}, 3},
                                           Move{{3, 4}, 3}),
                         [](const auto& move) {
                           std::string name = "From";
                           for (const int total : move.param.before) name += std::to_string(total) + "To";
                           return name + std::to_string(move.param.to);
                         });

TEST_P(ShardsThatMove, LookLikeNoBuild) {
  Fleet fleet(GetParam().before.front());
  for (const int total : GetParam().before) {
    if (total != GetParam().before.front()) fleet.Scale(total);
    fleet.RunFor(hours(1));
  }
  fleet.LetBuildsRest();
  const Values truth_before = fleet.Truth();
  fleet.ForgetIncreases();
  fleet.LetBuildsGoOn();
  fleet.Scale(GetParam().to);
  fleet.RunFor(hours(2));
  fleet.LetBuildsRest();
  const Values truth_after = fleet.Truth();
  const Values seen = fleet.Seen();
  EXPECT_GT(seen.size(), 500U);
  EXPECT_THAT(TooMuch(truth_before, truth_after, seen), IsEmpty());
  // And they hide next to none: of the scripts that moved, what stopped before their new shard looked.
  const double is_true = Completed(truth_after) - Completed(truth_before);
  EXPECT_GT(is_true, 150);
  EXPECT_GT(Completed(seen), 0.98 * is_true);
}

TEST(Shards, ARestartInTheMiddleOfAMoveChangesNothing) {
  Fleet fleet(3);
  fleet.RunFor(hours(2));
  fleet.LetBuildsRest();
  const Values truth_before = fleet.Truth();
  fleet.ForgetIncreases();
  for (const auto after : {seconds(0), seconds(1), seconds(5), seconds(60)}) {
    fleet.Scale(4);
    fleet.RunFor(after);
  }
  fleet.LetBuildsGoOn();
  fleet.Scale(4);
  fleet.RunFor(hours(1));
  fleet.LetBuildsRest();
  EXPECT_THAT(fleet.DifferencesFromOneAlone(), IsEmpty());
  EXPECT_THAT(TooMuch(truth_before, fleet.Truth(), fleet.Seen()), IsEmpty());
}

TEST(Shards, ShareTheRequestBudget) {
  Fleet fleet(3);
  fleet.RunFor(hours(3));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_LE(fleet.shard(i).MostRequestsInAWindow(), 200U) << "of 600 that one exporter may send";
    EXPECT_THAT(fleet.shard(i).OwnMetrics(), ::testing::HasSubstr("budget_requests{account"));
  }
}

}  // namespace
}  // namespace exporter::testing
