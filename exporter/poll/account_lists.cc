#include <algorithm>

#include "exporter/poll/account_plan.h"

/// When a script's list is read: it costs as much as a look at twenty scripts. See "One list a build" in ../README.md.
namespace exporter::poll {
namespace {

/// A build can show up late in the list: it is read again this long after the last change.
constexpr std::chrono::minutes kRecheckAfter = ledger::kLateness;
/// It waits for the end of a build that is under way, but no longer than this.
constexpr std::chrono::minutes kRecheckDeadline{5};
/// Builds hide each other where a script was not looked at for more than this many intervals...
constexpr int kRegularLooks = 2;
/// ... and where they follow each other more closely than this.
constexpr std::chrono::minutes kGroup{10};

}  // namespace

std::optional<Call> AccountPlan::NextList(DueQueue<ScriptId>& queue, WalkKind kind, MonoTime now) {
  if (Paused(Collector::kList, now) || !queue.FirstAt() || *queue.FirstAt() > now) return std::nullopt;
  if (kind == WalkKind::kFirst) turns_since_walk_ = 0;
  if (kind == WalkKind::kAudit) turns_since_audit_ = 0;
  const ScriptId id = queue.Pop(1).front();
  // An audit reads one page and proves nothing: where the list is wanted anyway, it is read as a whole.
  if (kind == WalkKind::kAudit && lists_.Contains(id)) kind = WalkKind::kChange;
  auto walk = walks_.find(id);
  if (walk == walks_.end()) {
    const ledger::ScriptHistory& script = ledger_.script(id);
    const auto& baseline = ledger_.account(account_).baseline;
    const auto known_to = script.walked ? script.proven_to : baseline;
    walk = walks_.emplace(id, Walk{HistoryWalk(*known_to - ledger::kProofOverlap, script.newest_proved), kind}).first;
    // It reads all that the others wanted to; one walk is asked for from one queue only.
    for (auto* other : {&lists_, &first_walks_, &audits_}) other->Remove(id);
  }
  return ListCall(id, walk->second.walk);
}

Call AccountPlan::ListCall(ScriptId script, const HistoryWalk& walk) const {
  Call call = SimpleCall(Collector::kList);
  call.scripts = {script};
  call.tags = {ledger_.script(script).tag};
  call.page = walk.NextPage().page;
  call.per_page = walk.NextPage().per_page;
  return call;
}

DueQueue<ScriptId>& AccountPlan::QueueOf(WalkKind kind) {
  switch (kind) {
    case WalkKind::kFirst:
      return first_walks_;
    case WalkKind::kChange:
      return lists_;
    case WalkKind::kAudit:
      break;
  }
  return audits_;
}

void AccountPlan::WantList(ScriptId script, MonoTime at) {
  at = std::max(at, watched_.at(script).list_from);
  if (const auto walk = walks_.find(script); walk != walks_.end()) {
    walk->second.again = std::min(at, walk->second.again.value_or(at));
    return;
  }
  if (!ledger_.script(script).walked) {
    first_walks_.SetNoLater(script, at);
  } else {
    lists_.SetNoLater(script, at);
  }
}

void AccountPlan::ScheduleAudit(ScriptId script) {
  const Watched& watched = watched_.at(script);
  const MonoTime at = std::min(watched.recheck_at.value_or(watched.audit_at), watched.audit_at);
  audits_.Set(script, std::max(at, watched.list_from));
}

void AccountPlan::WantProof(ScriptId script, bool at_once, MonoTime now) {
  Watched& watched = watched_.at(script);
  if (const auto walk = walks_.find(script); walk != walks_.end()) walk->second.missed_news = true;
  if (at_once || !watched.recheck_at) {
    WantList(script, now);
    return;
  }
  watched.proof_owed = true;
  WantList(script, *watched.recheck_at);
}

bool AccountPlan::MayHideOthers(const ledger::ScriptHistory& script, const workers_builds::Build& seen,
                                MonoTime now) const {
  const Watched& watched = watched_.at(script.id);
  if (!script.walked || !watched.looked_at) return true;
  // While intervals are stretched, a list at once would not find much sooner what has hidden for longer than it waits.
  if (now - *watched.looked_at > EffectiveInterval(watched.tier) * kRegularLooks) return true;
  const ledger::BuildRow* newest = script.newest();
  if (newest == nullptr) return false;
  return newest->open() || !seen.created_on || *seen.created_on - newest->created < kGroup;
}

void AccountPlan::NoteChange(ScriptId script, std::span<const workers_builds::Build> builds, MonoTime now) {
  std::optional<Timestamp>& last_change = watched_.at(script).last_change;
  for (const auto& build : builds) {
    const bool stopped = build.status == workers_builds::BuildStatus::kStopped;
    const Timestamp at = (stopped ? build.stopped_on : build.created_on).value_or(*ApiTime(now));
    last_change = std::max(last_change.value_or(at), at);
  }
}

bool AccountPlan::IsRechecked(ScriptId script) const {
  const Watched& watched = watched_.at(script);
  return watched.listed_at && (!watched.last_change || *watched.listed_at >= *watched.last_change + kRecheckAfter);
}

void AccountPlan::ScheduleRecheck(ScriptId id, MonoTime now) {
  const ledger::ScriptHistory& script = ledger_.script(id);
  if (!script.walked || !script.connected() || IsRechecked(id)) return;
  Watched& watched = watched_.at(id);
  if (!watched.unchecked_since) watched.unchecked_since = now;
  MonoTime at = *watched.unchecked_since + kRecheckDeadline;
  if (!script.newest()->open() && watched.last_change) {
    at = std::min(at, now + (*watched.last_change + kRecheckAfter - *ApiTime(now)));
  }
  // What is known only now is not late yet.
  watched.recheck_at = at = std::max(at, now);
  if (watched.proof_owed) WantList(id, at);
  if (!walks_.contains(id)) ScheduleAudit(id);
}

void AccountPlan::ResumeLists(ScriptId id, MonoTime now) {
  const ledger::ScriptHistory& script = ledger_.script(id);
  const ledger::BuildRow* newest = script.newest();
  if (!script.walked || newest == nullptr) return;
  Watched& watched = watched_.at(id);
  watched.last_change = newest->stopped.value_or(newest->created);
  watched.listed_at = script.proven_to;
  if (script.has_news_since_proof() || !IsRechecked(id)) WantList(id, now);
}

}  // namespace exporter::poll
