#include "exporter/ledger/open_ledger_store.h"

#include <gmock/gmock.h>

#include "tests/support/builds.h"

namespace exporter::ledger {
namespace {

using support::BuildLife;
using support::kT0;
using support::UuidOf;
using ::testing::ElementsAre;
using namespace std::chrono_literals;

class SqliteLedgerStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = OpenLedgerStoreInMemory();
    ASSERT_TRUE(opened.has_value()) << opened.error();
    store_ = std::move(*opened);
  }
  void Put(const BuildRow& row) {
    const auto committed = store_->Commit({.accounts = {}, .scripts = {}, .budgets = {}, .builds = {row}});
    ASSERT_TRUE(committed.has_value()) << committed.error();
  }

  std::unique_ptr<LedgerStore> store_;
};

TEST_F(SqliteLedgerStoreTest, GivesBackEveryFieldOfARow) {
  BuildRow whole = Merge(nullptr, BuildLife{.number = 1, .branches = {"*"}}.Stopped(), 4'000'000'000u, kT0).row;
  whole.failure_episode = 1234ms;
  whole.lost = true;
  const BuildRow bare = Merge(nullptr, BuildLife{.number = 2}.Queued(), 0, kT0).row;
  for (const BuildRow& row : {whole, bare}) {
    Put(row);
    const auto found = store_->Find(row.uuid);
    ASSERT_TRUE(found.has_value()) << found.error();
    ASSERT_TRUE(found->has_value());
    EXPECT_EQ(**found, row);
  }
}

TEST_F(SqliteLedgerStoreTest, FindsNothingOfABuildThatItDoesNotHave) {
  const auto found = store_->Find(UuidOf(1));
  ASSERT_TRUE(found.has_value()) << found.error();
  EXPECT_EQ(*found, std::nullopt);
}

TEST_F(SqliteLedgerStoreTest, ARowWithTheSameUuidReplacesTheOneBefore) {
  const BuildLife life;
  Put(Merge(nullptr, life.Stopped(), 3, kT0).row);
  const BuildRow queued = Merge(nullptr, life.Queued(), 3, kT0).row;
  Put(queued);
  std::vector<BuildRow> rows;
  ASSERT_TRUE(store_->ForEachBuild([&rows](const BuildRow& row) { rows.push_back(row); }).has_value());
  EXPECT_THAT(rows, ElementsAre(queued)) << "also the fields that the new row does not have";
}

TEST_F(SqliteLedgerStoreTest, VisitsTheBuildsInTheOrderOfTheirUuids) {
  for (const std::uint32_t number : {300u, 2u, 1u, 70'000u}) {
    Put(Merge(nullptr, BuildLife{.number = number}.Queued(), 0, kT0).row);
  }
  std::vector<Uuid> order;
  ASSERT_TRUE(store_->ForEachBuild([&order](const BuildRow& row) { order.push_back(row.uuid); }).has_value());
  EXPECT_THAT(order, ElementsAre(UuidOf(1), UuidOf(2), UuidOf(300), UuidOf(70'000)));
}

TEST_F(SqliteLedgerStoreTest, KnowsWhatItTakes) {
  const auto empty = store_->SizeBytes();
  EXPECT_GT(empty, 0);
  for (std::uint32_t number = 1; number <= 1000; ++number) {
    Put(Merge(nullptr, BuildLife{.number = number}.Queued(), 0, kT0).row);
  }
  EXPECT_GT(store_->SizeBytes(), empty);
}

}  // namespace
}  // namespace exporter::ledger
