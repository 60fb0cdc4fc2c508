#include "exporter/ledger/script_history.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/support/builds.h"

namespace exporter::ledger {
namespace {

using support::BuildLife;
using support::EndedAt;
using support::kT0;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

constexpr BuildOutcome kOk = BuildOutcome::kSuccess;
constexpr BuildOutcome kFail = BuildOutcome::kFail;

/// One branch class that learns of finished builds.
class ClassHistoryTest : public ::testing::Test {
 protected:
  void Add(std::uint32_t number, std::chrono::milliseconds ended, BuildOutcome outcome) {
    const BuildRow row = Merge(nullptr, EndedAt(number, ended, outcome).Stopped(), 0, kT0).row;
    history_.AddRow(row);
    if (IsVerdict(outcome)) history_.AddVerdict(row, DurationsOf(row));
  }

  ClassHistory history_;
};

TEST_F(ClassHistoryTest, CountsFailuresSinceTheLastSuccess) {
  EXPECT_EQ(history_.consecutive_failures(), 0);
  Add(1, 1h, kFail);
  Add(2, 2h, kOk);
  EXPECT_EQ(history_.consecutive_failures(), 0);
  Add(3, 3h, kFail);
  Add(4, 4h, BuildOutcome::kTerminated);
  EXPECT_EQ(history_.consecutive_failures(), 2);
}

TEST_F(ClassHistoryTest, SkippedAndCancelledNeitherAddToTheStreakNorEndIt) {
  Add(1, 1h, kFail);
  Add(2, 2h, BuildOutcome::kSkipped);
  Add(3, 3h, BuildOutcome::kCancelled);
  Add(4, 4h, kFail);
  EXPECT_EQ(history_.consecutive_failures(), 2);
  EXPECT_EQ(history_.last_verdict->uuid, support::UuidOf(4));
}

TEST_F(ClassHistoryTest, AnUnknownOutcomeIsTheNewestVerdictAndNoFailure) {
  Add(1, 1h, kFail);
  Add(2, 2h, BuildOutcome::kUnknown);
  EXPECT_EQ(history_.consecutive_failures(), 1);
  EXPECT_EQ(history_.last_verdict->outcome, BuildOutcome::kUnknown);
  EXPECT_EQ(history_.last_success, std::nullopt);
}

TEST_F(ClassHistoryTest, ALateSuccessInsideAStreakCutsIt) {
  Add(1, 1h, kFail);
  Add(2, 2h, kFail);
  Add(4, 4h, kFail);
  Add(3, 3h, kOk);
  EXPECT_EQ(history_.consecutive_failures(), 1);
  EXPECT_EQ(history_.last_verdict->uuid, support::UuidOf(4));
  EXPECT_EQ(history_.last_success, kT0 + 3h);
}

TEST_F(ClassHistoryTest, TheOrderOfStoppingDecidesAndNotThatOfCreation) {
  const BuildLife long_success{.number = 1, .created = kT0, .run = 5h};
  const BuildRow row = Merge(nullptr, long_success.Stopped(), 0, kT0).row;
  Add(2, 1h, kFail);
  history_.AddRow(row);
  history_.AddVerdict(row, DurationsOf(row));
  EXPECT_EQ(history_.last_verdict->uuid, support::UuidOf(1));
  EXPECT_EQ(history_.consecutive_failures(), 0);
  EXPECT_EQ(history_.newest->uuid, support::UuidOf(2)) << "the newest build is the one created last";
}

TEST_F(ClassHistoryTest, AnEpisodeLastsFromTheFirstFailureToTheNextSuccess) {
  Add(1, 1h, kFail);
  Add(2, 2h, kFail);
  Add(3, 4h, kOk);
  const auto episodes = history_.Settle();
  ASSERT_THAT(episodes, SizeIs(1));
  EXPECT_EQ(episodes[0].success, support::UuidOf(3));
  EXPECT_EQ(episodes[0].length, 3h);
  EXPECT_THAT(history_.Settle(), IsEmpty()) << "an episode is fixed once";
}

TEST_F(ClassHistoryTest, OneSettlingFindsEveryEpisodeWhateverTheOrderOfMerging) {
  struct Finish {
    std::uint32_t number;
    std::chrono::milliseconds ended;
    BuildOutcome outcome;
  };
  std::vector<Finish> finishes = {{1, 1h, kFail}, {2, 2h, kOk}, {3, 3h, kOk},   {4, 4h, kFail},
                                  {5, 5h, kFail}, {6, 9h, kOk}, {7, 10h, kFail}};
  do {
    history_ = ClassHistory{};
    for (const Finish& finish : finishes) Add(finish.number, finish.ended, finish.outcome);
    const auto episodes = history_.Settle();
    ASSERT_THAT(episodes, SizeIs(2));
    EXPECT_EQ(episodes[0].success, support::UuidOf(2));
    EXPECT_EQ(episodes[0].length, 1h);
    EXPECT_EQ(episodes[1].success, support::UuidOf(6));
    EXPECT_EQ(episodes[1].length, 5h);
    EXPECT_EQ(history_.consecutive_failures(), 1);
  } while (std::ranges::next_permutation(finishes, {}, &Finish::number).found);
}

TEST_F(ClassHistoryTest, AnEpisodeThatGoesOnIsNotForgottenBySettling) {
  Add(1, 1h, kFail);
  EXPECT_THAT(history_.Settle(), IsEmpty());
  Add(2, 3h, kFail);
  EXPECT_THAT(history_.Settle(), IsEmpty());
  Add(3, 6h, kOk);
  const auto episodes = history_.Settle();
  ASSERT_THAT(episodes, SizeIs(1));
  EXPECT_EQ(episodes[0].length, 5h);
}

TEST_F(ClassHistoryTest, SettlesNoEpisodeThatEndedLaterThanWhatIsKnown) {
  Add(1, 1h, kFail);
  Add(2, 2h, kOk);
  Add(3, 3h, kFail);
  Add(4, 5h, kOk);
  const auto known = history_.Settle(kT0 + 5h);
  ASSERT_THAT(known, SizeIs(1));
  EXPECT_EQ(known[0].success, support::UuidOf(2));
  const auto later = history_.Settle();
  ASSERT_THAT(later, SizeIs(1));
  EXPECT_EQ(later[0].success, support::UuidOf(4));
  EXPECT_EQ(later[0].length, 2h);
}

TEST_F(ClassHistoryTest, WhatShowsUpLateChangesNoSettledEpisodeAndNoStreak) {
  Add(2, 2h, kFail);
  Add(3, 3h, kOk);
  ASSERT_THAT(history_.Settle(), SizeIs(1));
  Add(1, 1h, kFail);
  EXPECT_THAT(history_.Settle(), IsEmpty());
  EXPECT_EQ(history_.consecutive_failures(), 0);
}

TEST_F(ClassHistoryTest, KeepsNoMoreVerdictsThanTheStreakNeeds) {
  for (std::uint32_t number = 1; number <= 1000; ++number) {
    Add(number, number * 1min, number % 3 == 0 ? kOk : kFail);
    history_.Settle();
  }
  EXPECT_LE(history_.unsettled.size(), 2u);
}

TEST(ScriptHistory, ItsNewestBuildIsTheNewestOfAllClasses) {
  ScriptHistory script;
  EXPECT_EQ(script.newest(), nullptr);
  EXPECT_FALSE(script.connected());
  const auto add = [&script](const BuildLife& life, BranchClass branch_class) {
    script.classes[Index(branch_class)].AddRow(Merge(nullptr, life.Queued(), 0, kT0).row);
  };
  add({.number = 1, .created = kT0 + 1s}, BranchClass::kProduction);
  add({.number = 2, .created = kT0 + 2s}, BranchClass::kPreview);
  add({.number = 3, .created = kT0}, BranchClass::kUnknown);
  ASSERT_NE(script.newest(), nullptr);
  EXPECT_EQ(script.newest()->uuid, support::UuidOf(2));
  EXPECT_TRUE(script.connected());
}

}  // namespace
}  // namespace exporter::ledger
