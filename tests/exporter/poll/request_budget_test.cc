#include "exporter/poll/request_budget.h"

#include <gmock/gmock.h>

#include <random>

#include "tests/support/busiest_window.h"

namespace exporter::poll {
namespace {

using support::BusiestWindow;
using workers_builds::RateLimit;
using namespace std::chrono_literals;

constexpr MonoTime kStart{1000h};

RateLimit Limit(std::int64_t remaining, std::optional<std::int64_t> quota = {},
                std::optional<std::chrono::seconds> reset = {}) {
  return {.policy = "default", .remaining = remaining, .reset = reset, .quota = quota, .window = {}};
}

/// Takes as fast as it may from `now` on, until `end`; when each request went.
std::vector<MonoTime> TakeAll(RequestBudget& budget, MonoTime now, MonoTime end) {
  std::vector<MonoTime> taken;
  while ((now = budget.NextAt(now)) < end) {
    budget.Take(now);
    taken.push_back(now);
  }
  return taken;
}

TEST(RequestBudget, StartsEmptyButForOne) {
  RequestBudget budget(600);
  EXPECT_LE(budget.NextAt(kStart), kStart);
  budget.Take(kStart);
  EXPECT_GT(budget.NextAt(kStart), kStart);
}

TEST(RequestBudget, SavesNoMoreThanATwentiethForABurst) {
  RequestBudget budget(600);
  budget.Take(kStart);
  const MonoTime later = kStart + 1h;
  int burst = 0;
  while (budget.NextAt(later) <= later) {
    budget.Take(later);
    ++burst;
  }
  EXPECT_EQ(burst, 29) << "the last one is the first request of a process that knows nothing of this one";
}

/// Requests that go at once at `now`.
int TakeWhatGoes(RequestBudget& budget, MonoTime now) {
  int count = 0;
  for (; budget.NextAt(now) <= now; ++count) budget.Take(now);
  return count;
}

TEST(RequestBudget, ARestoredLevelIsWhatTheOtherProcessLeft) {
  RequestBudget budget(600);  // refills 1.9 a second
  budget.Restore(5, 0s, kStart);
  EXPECT_EQ(TakeWhatGoes(budget, kStart), 5);
  EXPECT_EQ(TakeWhatGoes(budget, kStart + 10s), 19);
}

TEST(RequestBudget, ARestoredLevelIsWithinTheBucket) {
  RequestBudget more(600);
  more.Restore(1e9, 0s, kStart);
  EXPECT_EQ(TakeWhatGoes(more, kStart), 29);
  RequestBudget less(600);
  less.Restore(-1e9, 0s, kStart);
  EXPECT_EQ(TakeWhatGoes(less, kStart), 0);
  EXPECT_EQ(TakeWhatGoes(less, kStart + 1s), 1);
}

TEST(RequestBudget, ABlockLastsOverARestartButNoLongerThanAWindow) {
  RequestBudget budget(600);
  budget.Restore(50, 2min, kStart);
  EXPECT_EQ(budget.NextAt(kStart), kStart + 2min);
  RequestBudget absurd(600);
  absurd.Restore(50, 1000h, kStart);
  EXPECT_EQ(absurd.NextAt(kStart), kStart + RequestBudget::kWindow);
}

TEST(RequestBudget, NoWindowExceedsTheBudgetAcrossRestartsThatKeepTheLevel) {
  std::mt19937 random(7);
  std::vector<MonoTime> taken;
  MonoTime now = kStart;
  auto budget = std::make_unique<RequestBudget>(120);
  while (now < kStart + 10 * RequestBudget::kWindow) {
    for (; budget->NextAt(now) <= now; taken.push_back(now)) budget->Take(now);
    if (random() % 50 == 0) {
      const double level = budget->LevelAt(now);
      now += std::chrono::milliseconds(random() % 60'000);
      budget = std::make_unique<RequestBudget>(120);
      budget->Restore(level, 0s, now);
    }
    now += std::chrono::milliseconds(random() % 2000);
  }
  EXPECT_LE(BusiestWindow(taken), 120U);
}

TEST(RequestBudget, NoWindowExceedsTheBudgetWhenARestartKnowsNothing) {
  std::vector<MonoTime> taken;
  RequestBudget before(600);
  MonoTime now = kStart;
  const auto take_until = [&](RequestBudget& budget, MonoTime end) {
    for (; now < end; now += 100ms) {
      for (; budget.NextAt(now) <= now; taken.push_back(now)) budget.Take(now);
    }
  };
  before.Take(now);
  now += 1h;  // the bucket is full
  take_until(before, now + 1min);
  RequestBudget after(600);
  take_until(after, now + 10min);
  EXPECT_LE(BusiestWindow(taken), 600U);
}

TEST(RequestBudget, CarriesTheBudgetInTheLongRun) {
  for (const int requests : {1, 2, 10, 600, 1200}) {
    RequestBudget budget(requests);
    const auto taken = TakeAll(budget, kStart, kStart + 10 * RequestBudget::kWindow);
    EXPECT_GE(taken.size(), static_cast<std::size_t>(requests) * 9 / 2) << "of a budget of " << requests;
    EXPECT_LE(BusiestWindow(taken), static_cast<std::size_t>(requests)) << "of a budget of " << requests;
  }
}

TEST(RequestBudget, NoWindowExceedsTheBudgetWhateverIsAskedWhen) {
  std::mt19937 random(1);
  for (int requests = 1; requests <= 1200; requests += requests < 20 ? 1 : 59) {
    RequestBudget budget(requests);
    std::vector<MonoTime> taken;
    MonoTime now = kStart;
    while (now < kStart + 6 * RequestBudget::kWindow) {
      // A pause of any length, then as much as may go at once or within some seconds.
      now += milliseconds(std::uniform_int_distribution(1, 200'000)(random) >> (random() % 18));
      const MonoTime end = now + milliseconds(1 + random() % 20'000);
      for (const MonoTime at : TakeAll(budget, now, end)) taken.push_back(at);
      now = end;
    }
    EXPECT_LE(BusiestWindow(taken), static_cast<std::size_t>(requests)) << "of a budget of " << requests;
    EXPECT_FALSE(taken.empty());
  }
}

TEST(RequestBudget, SaysHowManyWentInTheWindow) {
  RequestBudget budget(600);
  budget.Take(kStart);
  budget.Take(kStart + 4min);
  EXPECT_EQ(budget.used(kStart + 4min), 2);
  EXPECT_EQ(budget.used(kStart + 5min), 1);
  EXPECT_EQ(budget.used(kStart + 9min), 0);
}

TEST(RequestBudget, TheServerCorrectsItDownwards) {
  RequestBudget budget(600);
  budget.Take(kStart);
  const MonoTime later = kStart + 1h;
  budget.Correct(std::vector{Limit(5)}, later);
  int left = 0;
  while (budget.NextAt(later) <= later) {
    budget.Take(later);
    ++left;
  }
  EXPECT_EQ(left, 5);
}

TEST(RequestBudget, TheServerNeverCorrectsItUpwards) {
  RequestBudget budget(600);
  budget.Take(kStart);
  const MonoTime next = budget.NextAt(kStart);
  budget.Correct(std::vector{Limit(1000, 1200)}, kStart);
  EXPECT_EQ(budget.NextAt(kStart), next);
}

TEST(RequestBudget, TheLastTenthOfTheServersQuotaIsLeftToOthers) {
  RequestBudget budget(600);
  budget.Take(kStart);
  const MonoTime later = kStart + 1h;
  budget.Correct(std::vector{Limit(120, 1200, 45s)}, later);
  EXPECT_EQ(budget.NextAt(later), later + 45s) << "nothing goes until the server's window is new";
}

TEST(RequestBudget, TheStrictestOfSeveralPoliciesCounts) {
  RequestBudget budget(600);
  budget.Take(kStart);
  const MonoTime later = kStart + 1h;
  budget.Correct(std::vector{Limit(1000), Limit(0, 100, 10s), Limit(900)}, later);
  EXPECT_EQ(budget.NextAt(later), later + 10s);
}

TEST(RequestBudget, APolicyThatDoesNotSayWhatIsLeftChangesNothing) {
  RequestBudget budget(600);
  RateLimit policy = Limit(0, 1200);
  policy.remaining.reset();
  budget.Correct(std::vector{policy}, kStart);
  EXPECT_LE(budget.NextAt(kStart), kStart);
}

TEST(RequestBudget, NothingGoesWhileItIsBlockedAndAShorterBlockDoesNotEndALongerOne) {
  RequestBudget budget(600);
  budget.Block(kStart + 5min);
  budget.Block(kStart + 1min);
  EXPECT_EQ(budget.NextAt(kStart), kStart + 5min);
  EXPECT_EQ(budget.NextAt(kStart + 5min), kStart + 5min);
}

}  // namespace
}  // namespace exporter::poll
