#include "exporter/poll/history_walk.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "tests/support/fake_account.h"

namespace exporter::poll {
namespace {

using support::kT0;
using workers_builds::Build;
using workers_builds::BuildPage;
using State = HistoryWalk::State;
using namespace std::chrono_literals;

constexpr Timestamp kNow = kT0 + 100h;

/// A script with `count` builds, one a minute from kT0 on.
support::FakeAccount WithBuilds(int count) {
  support::FakeAccount account;
  for (int i = 0; i < count; ++i) {
    account.builds["tag"].push_back({.number = static_cast<std::uint32_t>(i), .created = kT0 + i * 1min});
  }
  return account;
}

using Edit = std::function<void(BuildPage&)>;

/// Walks to the end, at most 50 pages; how it ended.
State WalkAll(HistoryWalk& walk, const support::FakeAccount& account, int* pages = nullptr, const Edit& edit = {}) {
  State state = State::kGoingOn;
  for (int i = 0; i < 50 && state == State::kGoingOn; ++i) {
    const auto next = walk.NextPage();
    BuildPage answer = account.Page("tag", next.page, next.per_page, kNow);
    if (edit) edit(answer);
    state = walk.Take(answer, kNow);
    if (pages != nullptr) ++*pages;
  }
  return state;
}

bool SawAll(const HistoryWalk& walk, int count) {
  for (int i = 0; i < count; ++i) {
    if (!walk.Saw(support::UuidOf(static_cast<std::uint32_t>(i)))) return false;
  }
  return true;
}

TEST(HistoryWalk, KnowsThatAnEmptyPageIsNotTheEndWhereMoreWasShown) {
  HistoryWalk walk({}, {});
  const auto account = WithBuilds(600);
  EXPECT_FALSE(walk.MustHaveMore()) << "the list may be empty";
  walk.Take(account.Page("tag", 1, 25, kNow), kNow);
  EXPECT_TRUE(walk.MustHaveMore());
  for (int page = 1; page <= 2; ++page) walk.Take(account.Page("tag", page, 200, kNow), kNow);
  EXPECT_TRUE(walk.MustHaveMore());
}

TEST(HistoryWalk, RowsThatStandTwiceOnAPageDoNotEndTheWalkEarly) {
  HistoryWalk walk({}, {});
  const State state = WalkAll(walk, WithBuilds(350), nullptr, [](BuildPage& page) {
    const std::vector<Build> once = page.builds;
    page.builds.insert(page.builds.end(), once.begin(), once.end());
  });
  EXPECT_EQ(state, State::kDone);
  EXPECT_TRUE(SawAll(walk, 350));
}

TEST(HistoryWalk, WithoutATotalAnEmptyPageMayFollowAFullOne) {
  HistoryWalk walk({}, {});
  const auto account = WithBuilds(200);
  for (const int per_page : {25, 200}) {
    BuildPage page = account.Page("tag", 1, per_page, kNow);
    page.total_count.reset();
    walk.Take(page, kNow);
    EXPECT_EQ(walk.MustHaveMore(), per_page == 25) << "the large pages start over";
  }
}

TEST(HistoryWalk, ReadsTwentyFiveFirstAndStartsOverWithLargePages) {
  HistoryWalk walk({}, {});
  const auto account = WithBuilds(600);
  EXPECT_EQ(walk.NextPage().page, 1);
  EXPECT_EQ(walk.NextPage().per_page, 25);
  EXPECT_EQ(walk.Take(account.Page("tag", 1, 25, kNow), kNow), State::kGoingOn);
  EXPECT_EQ(walk.NextPage().page, 1) << "pages of another size have other borders";
  EXPECT_EQ(walk.NextPage().per_page, 200);
  EXPECT_EQ(walk.Take(account.Page("tag", 1, 200, kNow), kNow), State::kGoingOn);
  EXPECT_EQ(walk.NextPage().page, 2);
  EXPECT_EQ(walk.NextPage().per_page, 200);
}

TEST(HistoryWalk, ReadsAWholeListOfAnyLength) {
  for (const int count : {0, 1, 24, 25, 26, 200, 201, 225, 400, 1000}) {
    HistoryWalk walk({}, {});
    EXPECT_EQ(WalkAll(walk, WithBuilds(count)), State::kDone) << count << " builds";
    EXPECT_TRUE(SawAll(walk, count)) << count << " builds";
  }
}

TEST(HistoryWalk, EndsAtABuildCreatedAtOrBeforeTheTarget) {
  int pages = 0;
  HistoryWalk walk(kT0 + 580min, {});
  EXPECT_EQ(WalkAll(walk, WithBuilds(600), &pages), State::kDone);
  EXPECT_EQ(pages, 1) << "the first page reaches back to minute 575";
  EXPECT_FALSE(SawAll(walk, 600));
}

TEST(HistoryWalk, ProvesWhatWasCreatedBeforeItsFirstPageWasAnswered) {
  HistoryWalk walk({}, {});
  EXPECT_EQ(walk.started(), std::nullopt);
  const auto account = WithBuilds(600);
  walk.Take(account.Page("tag", 1, 25, kNow), kNow);
  walk.Take(account.Page("tag", 1, 200, kNow), kNow + 1h);
  EXPECT_EQ(walk.started(), kNow);
}

TEST(HistoryWalk, WithoutATotalAShortPageIsTheLast) {
  const Edit no_total = [](BuildPage& page) { page.total_count.reset(); };
  for (const int count : {0, 1, 25, 26, 200, 230, 401}) {
    HistoryWalk walk({}, {});
    EXPECT_EQ(WalkAll(walk, WithBuilds(count), nullptr, no_total), State::kDone) << count << " builds";
    EXPECT_TRUE(SawAll(walk, count)) << count << " builds";
  }
}

TEST(HistoryWalk, WithNothingButTheBuildsItReadsTheWholeList) {
  const Edit bare = [](BuildPage& page) { page = {page.builds, {}, {}, {}, {}}; };
  HistoryWalk walk({}, {});
  EXPECT_EQ(WalkAll(walk, WithBuilds(450), nullptr, bare), State::kDone);
  EXPECT_TRUE(SawAll(walk, 450));
}

TEST(HistoryWalk, APageThatIsNotNewestFirstProvesNothingBeforeTheListEnds) {
  std::mt19937 random(1);
  const Edit reversed = [](BuildPage& page) { std::ranges::reverse(page.builds); };
  const Edit shuffled = [&random](BuildPage& page) { std::ranges::shuffle(page.builds, random); };
  for (const Edit& edit : {reversed, shuffled}) {
    HistoryWalk walk(kT0 + 590min, {});
    EXPECT_EQ(WalkAll(walk, WithBuilds(600), nullptr, edit), State::kDone);
    EXPECT_TRUE(SawAll(walk, 600));
  }
}

TEST(HistoryWalk, BuildsThatArriveWhileItReadsHideNone) {
  support::FakeAccount account = WithBuilds(450);
  HistoryWalk walk({}, {});
  State state = State::kGoingOn;
  for (std::uint32_t arrival = 1000; state == State::kGoingOn; ++arrival) {
    const auto next = walk.NextPage();
    state = walk.Take(account.Page("tag", next.page, next.per_page, kNow), kNow);
    account.builds["tag"].push_back({.number = arrival, .created = kNow - 1h});
  }
  EXPECT_EQ(state, State::kDone);
  EXPECT_TRUE(SawAll(walk, 450));
}

TEST(HistoryWalk, PagesThatRepeatThemselvesEndAsAGap) {
  const auto account = WithBuilds(1000);
  HistoryWalk walk({}, {});
  State state = State::kGoingOn;
  int pages = 0;
  for (; pages < 50 && state == State::kGoingOn; ++pages) {
    state = walk.Take(account.Page("tag", 1, walk.NextPage().per_page, kNow), kNow);
  }
  EXPECT_EQ(state, State::kGap);
  EXPECT_LT(pages, 10);
}

TEST(HistoryWalk, AListThatEndsBeforeWhatWasKnownIsAGap) {
  const Timestamp known = kT0 - 1h;
  HistoryWalk walk(known - 1h, known);
  EXPECT_EQ(WalkAll(walk, WithBuilds(10)), State::kGap);
  HistoryWalk empty(known - 1h, known);
  EXPECT_EQ(WalkAll(empty, WithBuilds(0)), State::kGap);
}

TEST(HistoryWalk, AListThatEndsWithWhatWasKnownIsWhole) {
  HistoryWalk walk(kT0 - 2h, kT0);
  EXPECT_EQ(WalkAll(walk, WithBuilds(10)), State::kDone);
}

TEST(HistoryWalk, AnEmptyListIsWholeWhenNothingWasKnown) {
  HistoryWalk walk(kT0, {});
  EXPECT_EQ(WalkAll(walk, WithBuilds(0)), State::kDone);
}

TEST(HistoryWalk, ReadsOnWhenTheServerGivesSmallerPagesThanAskedFor) {
  const auto account = WithBuilds(120);
  HistoryWalk walk({}, {});
  State state = State::kGoingOn;
  for (int i = 0; i < 20 && state == State::kGoingOn; ++i) {
    const auto next = walk.NextPage();
    BuildPage answer = account.Page("tag", next.page, std::min(next.per_page, 50), kNow);
    answer.total_count.reset();
    state = walk.Take(answer, kNow);
  }
  EXPECT_EQ(state, State::kDone);
  EXPECT_TRUE(SawAll(walk, 120));
}

}  // namespace
}  // namespace exporter::poll
