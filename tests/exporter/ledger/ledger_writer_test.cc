#include "exporter/ledger/ledger_writer.h"

#include <gtest/gtest.h>

#include "tests/support/builds.h"
#include "tests/support/memory_ledger_store.h"

namespace exporter::ledger {
namespace {

using support::BuildLife;
using support::kT0;

BuildRow RowOf(std::uint32_t number) {
  return Merge(nullptr, BuildLife{.number = number}.Queued(), 0, kT0).row;
}

struct LedgerWriterTest : ::testing::Test {
  support::MemoryLedgerStore store;
  LedgerWriter writer{store};
};

TEST_F(LedgerWriterTest, WritesNothingWhenNothingIsStaged) {
  writer.Commit();
  EXPECT_EQ(writer.state().commits, 0);
}

TEST_F(LedgerWriterTest, FindsWhatIsStagedBeforeItIsStored) {
  BuildRow row = RowOf(1);
  store.builds.emplace(row.uuid, row);
  row.lost = true;
  writer.Stage(row);
  EXPECT_EQ(writer.Find(row.uuid).value(), row);
}

TEST_F(LedgerWriterTest, WhatCouldNotBeWrittenIsWrittenWithWhatComesAfter) {
  store.fail_commits = true;
  writer.Stage(RowOf(1));
  writer.Commit();
  EXPECT_EQ(writer.state().errors, 1);
  EXPECT_EQ(writer.state().last_error, "disk full");
  store.fail_commits = false;
  writer.Stage(RowOf(2));
  writer.Commit();
  EXPECT_EQ(store.builds.size(), 2U);
  EXPECT_EQ(writer.state().commits, 1);
}

TEST_F(LedgerWriterTest, AStoreThatGoesOnFailingIsTriedOnceInSixtyFourCalls) {
  store.fail_commits = true;
  writer.Stage(RowOf(1));
  for (int call = 0; call < 10'000; ++call) writer.Commit();
  EXPECT_LT(writer.state().errors, 10'000 / 64 + 10) << "each try writes all that was staged since";
  EXPECT_GT(writer.state().errors, 10'000 / 64 - 10);
  store.fail_commits = false;
  for (int call = 0; call < 64; ++call) writer.Commit();
  EXPECT_EQ(store.builds.size(), 1U);
  store.fail_commits = true;
  writer.Stage(RowOf(2));
  const auto errors = writer.state().errors;
  writer.Commit();
  EXPECT_EQ(writer.state().errors, errors + 1) << "after a success it is tried at once again";
}

TEST_F(LedgerWriterTest, TheLastTryIsNotSkipped) {
  store.fail_commits = true;
  writer.Stage(RowOf(1));
  for (int call = 0; call < 20; ++call) writer.Commit();
  store.fail_commits = false;
  writer.Flush();
  EXPECT_EQ(store.builds.size(), 1U);
}

}  // namespace
}  // namespace exporter::ledger
