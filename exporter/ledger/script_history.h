#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "client/build.h"
#include "exporter/ledger/build_row.h"
#include "exporter/ledger/counter_births.h"
#include "exporter/ledger/counters.h"

namespace exporter::ledger {

/// A finished build that says something about the code.
struct Verdict {
  Timestamp stopped;
  Uuid uuid;
  BuildOutcome outcome = BuildOutcome::kUnknown;
  TriggerSource source = TriggerSource::kUnknown;

  auto operator<=>(const Verdict&) const = default;
};

/// One branch class of a script: its counters and what its newest builds say. The order of merging does not matter, but
/// for failure episodes, which are fixed when they are settled.
struct ClassHistory {
  ClassCounters counters;
  /// The part of the counters that had happened before the exporter could have seen it.
  ClassCounters old_news;
  /// By creation, then UUID.
  std::optional<BuildRow> newest;
  /// The newest verdict by stop, then UUID, and its time in each phase.
  std::optional<Verdict> last_verdict;
  Durations last_durations;
  std::optional<Timestamp> last_success;
  std::optional<Verdict> last_failure;
  Revision last_failure_revision;
  /// From the first failure after the last settled success on, in stop order.
  std::vector<Verdict> unsettled;
  /// The stop of the newest success whose episode is settled.
  std::optional<Timestamp> settled_success;

  void AddRow(const BuildRow& row);
  void AddVerdict(const BuildRow& row, const Durations& durations);
  std::int64_t consecutive_failures() const;

  struct Episode {
    Uuid success;
    Timestamp stopped;
    milliseconds length;
  };
  /// Everything that stopped before `until` is known: fixes the failure episodes that had ended by then, drops what
  /// they needed.
  std::vector<Episode> Settle(Timestamp until = Timestamp::max());
};

/// The durations of the builds of one script.
struct ScriptHistograms {
  explicit ScriptHistograms(const BucketBounds& bounds) : counted(bounds), old_news(bounds) {}

  DurationHistograms counted;
  /// The part that had happened before the exporter could have seen it.
  DurationHistograms old_news;
};

/// A list is read back to so long before what is proved: what comes up a little late is no surprise.
inline constexpr std::chrono::hours kProofOverlap{1};

/// The API's lists may lack what stopped less than this ago.
inline constexpr std::chrono::minutes kLateness{2};

/// What the ledger knows of one script.
struct ScriptHistory {
  ScriptId id = 0;
  std::uint32_t account = 0;
  /// The script, whatever its name is.
  std::string tag;
  /// It is this shard's: its builds are in the account's counters.
  bool owned = true;
  /// Its name in the newest discovery answer; the tag until one names it.
  std::string name;
  /// In the newest discovery answers, or watched by tag.
  bool present = true;
  /// Everything created before it is known; empty until a walk has ended or the baseline made one needless.
  std::optional<Timestamp> proven_to;
  /// When the newest build of the last walk was created; a later list that ends before it has lost some.
  std::optional<Timestamp> newest_proved;
  /// A walk has ended: streak and timestamps are whole.
  bool walked = false;
  /// The account's counters wait for its first walk.
  bool awaited = false;
  /// Of the account's first discovery.
  bool from_start = false;
  /// A `latest` answer has been about it.
  bool looked_at = false;
  /// Builds that stopped before it are old news: they may be in the first value of a counter series.
  std::optional<Timestamp> news_from;
  CounterBirths births;

  std::array<ClassHistory, kBranchClasses.size()> classes;
  /// Null unless the page shows them.
  std::shared_ptr<ScriptHistograms> histograms;
  /// Rows that are not final, by UUID: under way, waiting for an outcome, or lost.
  std::unordered_map<Uuid, BuildRow> pending;
  /// From the newest build that shows one.
  std::optional<workers_builds::RepoConnection> repository;
  std::optional<Timestamp> repository_seen;
  /// First entry of a production trigger's `branch_includes`, from the newest production build.
  std::string production_branch;
  std::optional<Timestamp> production_branch_seen;

  /// The API has shown a build of it.
  bool connected() const { return newest() != nullptr; }
  /// Nothing of it has been on the page, or will be: it is as new as one that was never seen, whatever rows it has.
  bool unseen() const { return !present && !proven_to && births.born == 0; }
  /// On the page, and not all that it should show is known yet.
  bool history_pending() const { return present && (!proven_to || (connected() && !walked)); }
  /// A build is known that was created no earlier than this long before what is proved.
  bool has_news_since_proof(milliseconds before = {}) const {
    const BuildRow* build = newest();
    return walked && build != nullptr && !build->lost && build->created >= *proven_to - before;
  }
  /// Of all classes, by creation, then UUID.
  const BuildRow* newest() const;
};

/// Whether `left` was created before `right`; equal instants are ordered by UUID.
bool CreatedBefore(const BuildRow& left, const BuildRow& right);

}  // namespace exporter::ledger
