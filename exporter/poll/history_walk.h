#pragma once

#include <cstdint>
#include <optional>
#include <unordered_set>

#include "client/build.h"
#include "client/uuid.h"

namespace exporter::poll {

using workers_builds::Timestamp;

/// Reads a script's list page by page until everything created since some instant is known. Knows nothing of time or of
/// the network: NextPage says what to ask, Take what was answered.
class HistoryWalk {
 public:
  static constexpr int kFirstPageSize = 25;
  static constexpr int kPageSize = 200;

  struct Page {
    int page = 1;
    int per_page = kFirstPageSize;
  };

  enum class State : std::uint8_t {
    kGoingOn,
    /// It met a build created at or before the target, or the whole list was read.
    kDone,
    /// The list ended, or did not get on, before it showed what it must.
    kGap,
  };

  /// `target`: the walk may end at a build created at or before it; empty: only at the end of the list. `anchor`: the
  /// newest build that was proved before; a list that ends before it has lost some.
  HistoryWalk(std::optional<Timestamp> target, std::optional<Timestamp> anchor) : target_(target), anchor_(anchor) {}

  Page NextPage() const { return next_; }

  /// The answer to NextPage, received at the API's instant `now`.
  State Take(const workers_builds::BuildPage& answer, Timestamp now);

  /// An empty answer to NextPage cannot be the end of the list: earlier pages showed that there is more.
  bool MustHaveMore() const;

  /// When the first page was answered: the walk proves what was created before it. Set after the first Take.
  std::optional<Timestamp> started() const { return started_; }
  /// Whether some page showed the build.
  bool Saw(const workers_builds::Uuid& uuid) const { return seen_.contains(uuid); }

 private:
  bool IsLastPage(const workers_builds::BuildPage& answer) const;

  std::optional<Timestamp> target_;
  std::optional<Timestamp> anchor_;
  Page next_;
  std::optional<Timestamp> started_;
  std::optional<Timestamp> oldest_;
  /// Every page so far came newest first; otherwise only the end of the list proves anything.
  bool newest_first_ = true;
  /// Rows of the pages of the current size.
  std::int64_t rows_ = 0;
  /// The most that an answer said there are.
  std::int64_t total_ = 0;
  int idle_pages_ = 0;
  std::unordered_set<workers_builds::Uuid> seen_;
};

}  // namespace exporter::poll
