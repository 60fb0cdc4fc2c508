#include <algorithm>
#include <utility>

#include "exporter/poll/account_plan.h"

namespace exporter::poll {
namespace {

using workers_builds::Build;

/// A stopped build whose outcome does not come has an unknown one after this long.
constexpr std::chrono::minutes kOutcomeDeadline{10};

}  // namespace

ledger::ApplyReport AccountPlan::Complete(const Call& call, const CallResult& result, MonoTime now) {
  ledger::ApplyReport report;
  observer_.OnAnswer(call, result);
  if (result.meta.date || (!api_time_ && result.meta.status != 0)) {
    TakeDate(result.meta.date.value_or(result.local_time), now);
  }
  const std::optional<workers_builds::Error> error = ErrorOf(call, result);
  if (error) {
    Fail(call, *error, now, report);
    observer_.OnApplied(account_, report);
    return report;
  }
  const Payload& payload = *result.payload;
  switch (call.collector) {
    case Collector::kDiscovery:
      TakeDiscovery(std::get<std::vector<workers_builds::Script>>(payload), now, report);
      discovery_at_ = now + DiscoveryInterval();
      break;
    case Collector::kLatest:
      TakeLatest(call, std::get<workers_builds::LatestBuilds>(payload), now, report);
      break;
    case Collector::kList:
      TakeList(call, std::get<workers_builds::BuildPage>(payload), now, report);
      break;
    case Collector::kBuild:
      TakeBuild(call, std::get<Build>(payload), now, report);
      break;
    case Collector::kLimits:
      limits_ = std::get<workers_builds::AccountLimits>(payload);
      limits_at_ = now + LimitsInterval();
      break;
    case Collector::kVerify:
      TakeTokenStatus(call, std::get<workers_builds::TokenStatus>(payload), now);
      return report;
  }
  observer_.OnCollected(call, nullptr);
  observer_.OnApplied(account_, report);
  return report;
}

RefusedByCap AccountPlan::RefuseNew(std::vector<workers_builds::Script>& watched) {
  RefusedByCap refused{};
  ScriptCap room = cap_;  // Watch takes what is admitted here
  std::erase_if(watched, [&](const workers_builds::Script& script) {
    const auto* known = ledger_.FindScript(account_, script.tag);
    if (known != nullptr && watched_.contains(known->id)) return false;
    const std::int64_t series = cap_.SeriesOf(script.name.empty() ? script.tag : script.name);
    const auto reason = room.Admit(series);
    if (!reason) return false;
    ++refused[static_cast<std::size_t>(*reason)].scripts;
    refused[static_cast<std::size_t>(*reason)].series += series;
    return true;
  });
  return refused;
}

void AccountPlan::TakeDiscovery(const std::vector<workers_builds::Script>& scripts, MonoTime now,
                                ledger::ApplyReport& report) {
  ScriptFilter::Selection selection = filter_.Select(scripts);
  const RefusedByCap refused = RefuseNew(selection.watched);
  report += ledger_.ApplyDiscovery(account_, selection.watched, *ApiTime(now), selection.names_elsewhere);
  discovered_at_ = now;
  for (const ScriptId id : ledger_.account(account_).scripts) {
    const bool present = ledger_.script(id).present;
    if (present && !watched_.contains(id)) Watch(id, now);
    if (!present && watched_.contains(id)) Unwatch(id);
    if (present) ReckonSeries(id);
  }
  observer_.OnScriptsRefused(account_, refused);
}

void AccountPlan::ReckonSeries(ScriptId script) {
  std::int64_t& reckoned = watched_.at(script).series;
  const std::int64_t series = cap_.SeriesOf(ledger_.script(script).name);
  if (series == reckoned) return;
  cap_.Return(reckoned);
  cap_.Take(series);
  reckoned = series;
}

void AccountPlan::Watch(ScriptId script, MonoTime now) {
  const auto spread = std::chrono::duration_cast<milliseconds>(config_.poll.audit_interval * jitter_());
  const std::int64_t series = cap_.SeriesOf(ledger_.script(script).name);
  cap_.Take(series);
  watched_.emplace(script, Watched{.series = series, .tier = Tier::kIdle, .audit_at = now + spread});
  ++tier_counts_[static_cast<std::size_t>(Tier::kIdle)];
  latest_.Set(script, now);
  ScheduleAudit(script);
  ResumeLists(script, now);
}

void AccountPlan::Unwatch(ScriptId script) {
  --tier_counts_[static_cast<std::size_t>(watched_.at(script).tier)];
  cap_.Return(watched_.at(script).series);
  watched_.erase(script);
  walks_.erase(script);
  for (auto* queue : {&latest_, &refused_, &lists_, &first_walks_, &audits_}) queue->Remove(script);
  for (const auto& [uuid, row] : ledger_.script(script).pending) {
    builds_.Remove({script, uuid});
    not_found_since_.erase({script, uuid});
    no_outcome_since_.erase({script, uuid});
  }
}

void AccountPlan::TakeLatest(const Call& call, const workers_builds::LatestBuilds& builds, MonoTime now,
                             ledger::ApplyReport& report) {
  builds_seen_at_ = now;
  std::vector<ledger::ScriptUpdate> updates;
  std::vector<std::pair<ScriptId, bool>> with_news;  // and whether its list is read at once
  for (std::size_t i = 0; i < call.scripts.size(); ++i) {
    const ScriptId id = call.scripts[i];
    const ledger::ScriptHistory& script = ledger_.script(id);
    ledger::ScriptUpdate update;
    update.script = id;
    update.looked_at = true;
    const auto shown = builds.find(call.tags[i]);
    if (shown != builds.end() && shown->second.uuid) {
      update.builds = {shown->second};
      const bool known = ledger_.Knows(id, *shown->second.uuid);
      const bool watched = watched_.contains(id);
      if (watched && (!known || !script.walked)) with_news.emplace_back(id, MayHideOthers(script, shown->second, now));
      update.settled = known && script.walked && !lists_.Contains(id) && !walks_.contains(id);
    } else if (!script.proven_to) {
      // What is missing here proves nothing: only its own list says that a script has no builds.
      with_news.emplace_back(id, true);
    }
    updates.push_back(std::move(update));
  }
  ledger::ApplyReport applied = ledger_.Apply(account_, updates, *ApiTime(now));
  // One jitter for the call: the scripts that were asked together stay together.
  const double spread = 1 + (jitter_() - 0.5) * kSpread;
  for (const ledger::ScriptUpdate& update : updates) {
    const ScriptId id = update.script;
    const auto watched = watched_.find(id);
    if (watched == watched_.end()) continue;
    watched->second.latest_refusals = 0;
    if (!update.builds.empty()) watched->second.looked_at = now;
    if (applied.changed.contains(id)) NoteChange(id, update.builds, now);
    Follow(id, applied.changed.contains(id), nullptr, now);
    const auto interval = EffectiveInterval(watched->second.tier) * spread;
    latest_.Set(id, now + std::chrono::duration_cast<milliseconds>(interval));
  }
  for (const auto& [id, at_once] : with_news) {
    if (watched_.contains(id)) WantProof(id, at_once, now);
  }
  for (std::size_t i = 0; i < call.scripts.size(); ++i) {
    // An open build that `latest` should show, and does not, is followed through the list.
    const ledger::ScriptHistory& script = ledger_.script(call.scripts[i]);
    const ledger::BuildRow* newest = script.newest();
    const auto shown = builds.find(call.tags[i]);
    const bool newest_shown = newest != nullptr && shown != builds.end() && shown->second.uuid == newest->uuid;
    if (newest != nullptr && newest->open() && !newest_shown && watched_.contains(script.id)) {
      WantList(script.id, now + config_.poll.interval);
    }
  }
  report += applied;
}

void AccountPlan::TakeList(const Call& call, const workers_builds::BuildPage& page, MonoTime now,
                           ledger::ApplyReport& report) {
  builds_seen_at_ = now;
  const ScriptId id = call.scripts.front();
  ledger::ScriptUpdate update;
  update.script = id;
  update.builds = page.builds;
  const auto found = walks_.find(id);
  if (found == walks_.end()) {  // the script left while it was asked
    report += ledger_.Apply(account_, {&update, 1}, *ApiTime(now));
    return;
  }
  Walk& walk = found->second;
  const HistoryWalk::Page wanted = walk.walk.NextPage();
  if (call.page != wanted.page || call.per_page != wanted.per_page) {  // asked for by a walk that is gone
    report += ledger_.Apply(account_, {&update, 1}, *ApiTime(now));
    return;
  }
  const HistoryWalk::State state = walk.walk.Take(page, *ApiTime(now));
  const bool ended = state != HistoryWalk::State::kGoingOn;
  // A list that shows nothing of a script that was built proves nothing. (Its builds may be too old for the API.)
  const bool proves = ended && (!page.builds.empty() || !ledger_.script(id).connected());
  if (proves && state == HistoryWalk::State::kGap) observer_.OnHistoryGap(ledger_.script(id));
  if (proves) {
    update.proven_to = walk.walk.started();
    update.gap = state == HistoryWalk::State::kGap;
    // A build that is followed at the interval has not stopped: only what is wanted at once may have.
    update.settled = !walk.missed_news && (!walk.again || *walk.again > now);
  }
  ledger::ApplyReport applied = ledger_.Apply(account_, {&update, 1}, *ApiTime(now));
  // An audit looks for what came late to the first page; where there is nothing, it need not go back any further.
  const bool goes_on = !ended && (walk.kind != WalkKind::kAudit || applied.new_builds > 0);
  if (watched_.contains(id) && applied.changed.contains(id)) NoteChange(id, update.builds, now);
  if (goes_on) {
    QueueOf(walk.kind).Set(id, now);
    Follow(id, applied.changed.contains(id), nullptr, now);
    report += applied;
    return;
  }
  const Walk finished = std::move(walk);
  walks_.erase(found);
  if (const auto watched = watched_.find(id); watched != watched_.end()) {
    watched->second.list_refusals = 0;
    watched->second.listed_at = finished.walk.started();
    // An instant that the API has not reached is none to wait for.
    watched->second.last_change = std::min(watched->second.last_change, watched->second.listed_at);
    watched->second.recheck_at.reset();
    watched->second.unchecked_since.reset();
    watched->second.proof_owed = finished.missed_news;
    watched->second.audit_at = now + config_.poll.audit_interval;
    if (finished.again) WantList(id, std::max(now, *finished.again));
    const ledger::ScriptHistory& script = ledger_.script(id);
    const bool is_unproved = proves ? !script.walked : script.has_news_since_proof(ledger::kProofOverlap);
    if (is_unproved) WantList(id, now + config_.poll.interval);
    Follow(id, true, &finished.walk, now);
    ScheduleAudit(id);
    TakeAsLook(id, now);
  }
  report += applied;
}

void AccountPlan::TakeBuild(const Call& call, const Build& build, MonoTime now, ledger::ApplyReport& report) {
  const ScriptId id = call.scripts.front();
  not_found_since_.erase({id, call.uuid});
  ledger::ScriptUpdate update;
  update.script = id;
  update.builds = {build};
  // The answer is about the build that was asked for, whatever it calls itself.
  update.builds.front().uuid = call.uuid;
  ledger::ApplyReport applied = ledger_.Apply(account_, {&update, 1}, *ApiTime(now));
  if (watched_.contains(id)) {
    if (applied.changed.contains(id)) NoteChange(id, update.builds, now);
    Follow(id, applied.changed.contains(id), nullptr, now);
  }
  // Only what the build itself says: an answer about others, after hours without any, says nothing about its outcome.
  const auto waits_since = no_outcome_since_.find({id, call.uuid});
  if (waits_since != no_outcome_since_.end() && now - waits_since->second >= kOutcomeDeadline) {
    no_outcome_since_.erase(waits_since);
    builds_.Remove({id, call.uuid});
    applied += ledger_.GiveUpOutcome(id, call.uuid);
  }
  report += applied;
}

void AccountPlan::TakeAsLook(ScriptId script, MonoTime now) {
  Watched& watched = watched_.at(script);
  watched.looked_at = now;
  if (!latest_.Contains(script)) return;
  // As late as a look can be: a list that is read at the same interval comes before it.
  const auto interval = EffectiveInterval(watched.tier) * (1 + kSpread / 2);
  latest_.Set(script, now + std::chrono::duration_cast<milliseconds>(interval));
}

void AccountPlan::Follow(ScriptId id, bool changed, const HistoryWalk* ended, MonoTime now) {
  Watched& watched = watched_.at(id);
  const ledger::ScriptHistory& script = ledger_.script(id);
  ForgetFinished(script);
  bool hidden = false;
  for (const auto& [uuid, row] : script.pending) {
    if (row.lost) continue;
    if (row.status == workers_builds::BuildStatus::kStopped) {
      no_outcome_since_.emplace(FollowedBuild{id, uuid}, now);
      builds_.SetNoLater({id, uuid}, now + config_.poll.interval);
    } else if (ended != nullptr && !ended->Saw(uuid)) {
      if (!not_found_since_.contains({id, uuid})) builds_.SetNoLater({id, uuid}, now);
    } else if (script.newest()->uuid != uuid) {
      hidden = true;
    }
  }
  if (hidden) WantList(id, now + config_.poll.interval);
  const Tier tier = TierOf(script, *ApiTime(now));
  if (tier != watched.tier) {
    --tier_counts_[static_cast<std::size_t>(watched.tier)];
    ++tier_counts_[static_cast<std::size_t>(tier)];
    watched.tier = tier;
    if (latest_.Contains(id)) latest_.SetNoLater(id, now + EffectiveInterval(tier));
  }
  if (changed) ScheduleRecheck(id, now);
}

void AccountPlan::ForgetFinished(const ledger::ScriptHistory& script) {
  for (auto* notes : {&not_found_since_, &no_outcome_since_}) {
    auto note = notes->lower_bound({script.id, {}});
    while (note != notes->end() && note->first.script == script.id) {
      note = script.pending.contains(note->first.uuid) ? std::next(note) : notes->erase(note);
    }
  }
}

void AccountPlan::TakeTokenStatus(const Call& call, const workers_builds::TokenStatus& status, MonoTime now) {
  workers_builds::Error error;
  error.reason = workers_builds::ErrorReason::kAuth;
  error.request = "the check of the token";
  if (call.account_token) {
    error.message =
        "the token is owned by the account, and Cloudflare's Builds API takes user tokens only: make one under My "
        "Profile > API Tokens with the permissions Workers CI Read and Workers Scripts Read";
  } else if (status.status != "active") {
    error.message = "the token is not active, its status is '" + status.status + "'";
  }
  if (error.message.empty()) {
    observer_.OnCollected(call, nullptr);
    return;
  }
  verify_at_ = now + kRefusedInterval;
  observer_.OnCollected(call, &error);
  observer_.OnTokenTrouble(account_, error.message);
}

}  // namespace exporter::poll
