#include "exporter/poll/history_walk.h"

#include <algorithm>

namespace exporter::poll {
namespace {

/// Pages in a row that bring nothing new: the server repeats itself.
constexpr int kMaxIdlePages = 3;

bool IsNewestFirst(const std::vector<workers_builds::Build>& builds) {
  return std::ranges::is_sorted(builds, [](const auto& left, const auto& right) {
    return left.created_on && right.created_on && *left.created_on > *right.created_on;
  });
}

}  // namespace

bool HistoryWalk::IsLastPage(const workers_builds::BuildPage& answer) const {
  if (answer.builds.empty()) return true;
  if (answer.total_count) return rows_ >= *answer.total_count;
  return static_cast<std::int64_t>(answer.builds.size()) < answer.per_page.value_or(next_.per_page);
}

bool HistoryWalk::MustHaveMore() const {
  return rows_ < total_ || (rows_ == 0 && !seen_.empty());
}

HistoryWalk::State HistoryWalk::Take(const workers_builds::BuildPage& answer, Timestamp now) {
  if (!started_) started_ = now;
  newest_first_ = newest_first_ && IsNewestFirst(answer.builds);
  // A row that stands twice on a page is one of the list's; what drifted on from the page before is in its total, too.
  std::unordered_set<workers_builds::Uuid> on_page;
  for (const auto& build : answer.builds) rows_ += build.uuid && !on_page.insert(*build.uuid).second ? 0 : 1;
  total_ = std::max(total_, answer.total_count.value_or(0));
  bool brought_something = false;
  for (const auto& build : answer.builds) {
    if (build.uuid) brought_something |= seen_.insert(*build.uuid).second;
    if (build.created_on && (!oldest_ || *build.created_on < *oldest_)) oldest_ = build.created_on;
  }
  if (newest_first_ && target_ && oldest_ && *oldest_ <= *target_) return State::kDone;
  if (IsLastPage(answer)) {
    const bool met_anchor = !anchor_ || (oldest_ && *oldest_ <= *anchor_);
    return met_anchor ? State::kDone : State::kGap;
  }
  const bool restarts = next_.per_page == kFirstPageSize;
  idle_pages_ = brought_something ? 0 : idle_pages_ + 1;
  if (idle_pages_ >= kMaxIdlePages) return State::kGap;
  // Pages of another size have other borders: the larger ones start over, at the first row.
  if (restarts) {
    next_ = {1, kPageSize};
    rows_ = 0;
  } else {
    ++next_.page;
  }
  return State::kGoingOn;
}

}  // namespace exporter::poll
