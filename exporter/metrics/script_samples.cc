#include "exporter/metrics/script_samples.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "exporter/metrics/duration_samples.h"

namespace exporter::metrics {
namespace {

using ledger::BranchClass;
using ledger::BuildOutcome;
using ledger::BuildRow;
using ledger::BuildStatus;
using ledger::ClassCounters;
using ledger::ClassHistory;
using ledger::Index;
using ledger::Phase;
using ledger::Timestamp;
using ledger::ToWord;

void WriteCounters(const ClassHistory& history, BranchClass branch_class, const ledger::CounterBirths& births,
                   SampleWriter& out) {
  if (!births.Born(ledger::CountersOf(branch_class))) return;
  const ClassCounters& shown = births.Held(ledger::CountersOf(branch_class)) ? history.old_news : history.counters;
  for (const BuildOutcome outcome : ledger::kOutcomes) {
    std::int64_t value = shown.completed[Index(outcome)];
    if (outcome == BuildOutcome::kUnknown) {
      if (!births.Born(ledger::UnknownOutcomeOf(branch_class))) continue;
      if (births.Held(ledger::UnknownOutcomeOf(branch_class))) value = history.old_news.completed[Index(outcome)];
    }
    out.Add(Family::kCompletedTotal, {{"outcome", ToWord(outcome)}}, value);
  }
  out.Add(Family::kSubmittedTotal, shown.submitted);
  for (const Phase phase : ledger::kPhases) {
    out.Add(Family::kPhaseSecondsTotal, {{"phase", ToWord(phase)}}, shown.phase_time[Index(phase)]);
    out.Add(Family::kPhaseBuildsTotal, {{"phase", ToWord(phase)}}, shown.phase_builds[Index(phase)]);
  }
}

/// One of the `_info` series that name a build.
void WriteBuildInfo(Family family, const workers_builds::Uuid& uuid, ledger::TriggerSource source,
                    const ledger::Revision& revision, SampleWriter& out) {
  std::vector<exposition::Label> labels = {{"build_uuid", {}}, {"trigger", ToWord(source)}};
  const std::string uuid_text = FormatUuid(uuid);
  labels[0].value = uuid_text;
  if (out.latest_build_labels().branch) labels.push_back({"branch", revision.branch});
  if (out.latest_build_labels().commit_hash) labels.push_back({"commit_hash", revision.commit_hash});
  out.Add(family, labels, 1);
}

void WriteNewest(const BuildRow& newest, SampleWriter& out) {
  const BuildStatus status = newest.lost ? BuildStatus::kUnknown : newest.status;
  for (const BuildStatus state : ledger::kStatuses) {
    out.Add(Family::kLatestStatus, {{"status", ToWord(state)}}, state == status ? 1 : 0);
  }
  out.Add(Family::kLatestSubmittedTimestampSeconds, newest.created.time_since_epoch());
  WriteBuildInfo(Family::kLatestBuildInfo, newest.uuid, newest.source, newest.revision, out);
}

/// What the newest verdicts say; only a walk that has ended knows them all.
void WriteVerdicts(const ClassHistory& history, SampleWriter& out) {
  out.Add(Family::kConsecutiveFailures, history.consecutive_failures());
  if (history.last_success) {
    out.Add(Family::kLastSuccessTimestampSeconds, history.last_success->time_since_epoch());
  }
  if (history.last_failure) {
    out.Add(Family::kLastFailureTimestampSeconds, history.last_failure->stopped.time_since_epoch());
  }
  if (!history.last_verdict) return;
  out.Add(Family::kLastCompletedTimestampSeconds, history.last_verdict->stopped.time_since_epoch());
  for (const BuildOutcome outcome : ledger::kOutcomes) {
    if (!ledger::IsVerdict(outcome)) continue;
    out.Add(Family::kLastCompletedOutcome, {{"outcome", ToWord(outcome)}},
            outcome == history.last_verdict->outcome ? 1 : 0);
  }
  for (const Phase phase : ledger::kPhases) {
    const auto& time = history.last_durations.phases[Index(phase)];
    if (time) out.Add(Family::kLastPhaseSeconds, {{"phase", ToWord(phase)}}, *time);
  }
  if (history.last_failure && history.last_verdict->outcome != BuildOutcome::kSuccess) {
    WriteBuildInfo(Family::kLastFailedBuildInfo, history.last_failure->uuid, history.last_failure->source,
                   history.last_failure_revision, out);
  }
}

void WriteOldestActive(const ledger::ScriptHistory& script, BranchClass branch_class, SampleWriter& out) {
  for (const BuildStatus status : ledger::kActiveStatuses) {
    std::optional<Timestamp> oldest;
    for (const auto& [uuid, row] : script.pending) {
      if (row.lost || row.status != status || row.branch_class != branch_class) continue;
      oldest = std::min(oldest.value_or(EnteredAt(row)), EnteredAt(row));
    }
    if (!oldest) continue;
    out.Add(Family::kScriptOldestActiveTimestampSeconds, {{"status", ToWord(status)}}, oldest->time_since_epoch());
  }
}

void WriteHistograms(const ledger::ScriptHistory& script, const ledger::BucketBounds& bounds, SampleWriter& out) {
  for (const BranchClass branch_class : ledger::kBranchClasses) {
    const ledger::CounterGroups group = ledger::CountersOf(branch_class);
    if (!script.births.Born(group)) continue;
    const ledger::DurationHistograms& shown =
        script.births.Held(group) ? script.histograms->old_news : script.histograms->counted;
    WriteDurations(kScriptHistograms, shown, bounds, branch_class, out);
    if (branch_class != BranchClass::kProduction) continue;
    out.AddHistogram(kScriptHistograms.episode, {}, shown.failure_episode, bounds.episode);
  }
}

}  // namespace

void WriteScript(const std::string& account_name, const ledger::Ledger& ledger, const ledger::ScriptHistory& script,
                 FamilyTexts& texts) {
  const auto& baseline = ledger.account(script.account).baseline;
  SampleWriter whole(texts, {{"account", account_name}, {"script_name", script.name}}, baseline);
  const auto repository = script.repository.value_or(workers_builds::RepoConnection{});
  const std::string separator = repository.provider_account_name.empty() ? "" : "/";
  whole.Add(Family::kScriptInfo,
            {{"script_tag", script.tag},
             {"repository", repository.provider_account_name + separator + repository.repo_name},
             {"provider", repository.provider_type},
             {"production_branch", script.production_branch}},
            1);
  if (!script.connected()) return;
  for (const BranchClass branch_class : ledger::kBranchClasses) {
    const ClassHistory& history = script.classes[Index(branch_class)];
    if (branch_class == BranchClass::kUnknown && !history.newest) continue;
    SampleWriter out(texts,
                     {{"account", account_name}, {"script_name", script.name}, {"branch_class", ToWord(branch_class)}},
                     baseline);
    WriteCounters(history, branch_class, script.births, out);
    if (history.newest) WriteNewest(*history.newest, out);
    if (script.walked) WriteVerdicts(history, out);
    WriteOldestActive(script, branch_class, out);
  }
  if (script.histograms) WriteHistograms(script, ledger.script_bounds(), whole);
}

}  // namespace exporter::metrics
