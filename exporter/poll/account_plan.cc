#include "exporter/poll/account_plan.h"

#include <algorithm>
#include <utility>

namespace exporter::poll {
namespace {

/// A first walk has every fourth turn while there is other work.
constexpr int kTurnsBetweenWalks = 3;
/// An audit has every twentieth: it can wait, but not for ever.
constexpr int kTurnsBetweenAudits = 19;

/// `up` looks back this many intervals, but no less than kUpAtLeast.
constexpr int kUpIntervals = 3;
constexpr std::chrono::minutes kUpAtLeast{2};

bool IsDue(const std::optional<MonoTime>& at, MonoTime now) {
  return at && *at <= now;
}

void Earliest(std::optional<MonoTime>& result, const std::optional<MonoTime>& at) {
  if (at && (!result || *at < *result)) result = at;
}

}  // namespace

AccountPlan::AccountPlan(AccountIndex account, const config::Config& config, ledger::Ledger& ledger,
                         PollObserver& observer, ScriptCap& cap, Jitter jitter)
    : account_(account),
      config_(config),
      ledger_(ledger),
      observer_(observer),
      cap_(cap),
      jitter_(std::move(jitter)),
      filter_(config.accounts[account].scripts, ledger.shard()) {}

void AccountPlan::Begin(MonoTime now) {
  discovery_at_ = now;
  limits_at_ = now;
  verify_at_ = now;
  for (const ScriptId script : ledger_.account(account_).scripts) {
    if (ledger_.script(script).present) Watch(script, now);
  }
}

std::optional<MonoTime> AccountPlan::FirstDueAt() const {
  std::optional<MonoTime> first;
  const auto consider = [&](Collector collector, std::optional<MonoTime> at) {
    if (at && collector != Collector::kVerify) {
      at = std::max({*at, all_paused_until_, paused_until_[static_cast<std::size_t>(collector)]});
    }
    Earliest(first, at);
  };
  consider(Collector::kDiscovery, discovery_at_);
  consider(Collector::kLimits, limits_at_);
  consider(Collector::kLatest, split_batches_.empty() ? latest_.FirstAt() : split_at_);
  consider(Collector::kLatest, refused_.FirstAt());
  for (const auto* queue : {&lists_, &first_walks_, &audits_}) consider(Collector::kList, queue->FirstAt());
  consider(Collector::kBuild, builds_.FirstAt());
  consider(Collector::kVerify, verify_at_);
  for (const auto& [at, call] : retries_) consider(call.collector, at);
  return first;
}

bool AccountPlan::Paused(Collector collector, MonoTime now) const {
  if (collector == Collector::kVerify) return false;  // it finds out why the others are
  return now < all_paused_until_ || now < paused_until_[static_cast<std::size_t>(collector)];
}

std::optional<Call> AccountPlan::Next(MonoTime now) {
  for (auto retry = retries_.begin(); retry != retries_.end() && retry->first <= now; ++retry) {
    if (Paused(retry->second.collector, now)) continue;
    return std::move(retries_.extract(retry).mapped());
  }
  if (IsDue(discovery_at_, now) && !Paused(Collector::kDiscovery, now)) {
    discovery_at_.reset();
    return SimpleCall(Collector::kDiscovery);
  }
  // One call a minute, which would never have a turn while latest and lists take the whole budget.
  if (IsDue(verify_at_, now)) {
    verify_at_.reset();
    Call call = SimpleCall(Collector::kVerify);
    call.account_token = std::exchange(verify_account_token_, false);
    return call;
  }
  if (IsDue(limits_at_, now) && !Paused(Collector::kLimits, now)) {
    limits_at_.reset();
    return SimpleCall(Collector::kLimits);
  }
  if (turns_since_walk_ >= kTurnsBetweenWalks) {
    if (auto call = NextList(first_walks_, WalkKind::kFirst, now)) return call;
  }
  if (turns_since_audit_ >= kTurnsBetweenAudits) {
    if (auto call = NextList(audits_, WalkKind::kAudit, now)) return call;
  }
  ++turns_since_walk_;
  ++turns_since_audit_;
  // New builds and the look for them take turns, so that a backlog of the one never starves the other.
  latest_had_turn_ = !latest_had_turn_;
  if (latest_had_turn_) {
    if (auto call = NextLatest(now)) return call;
  }
  if (auto call = NextNews(now)) return call;
  if (auto call = NextLatest(now)) return call;
  if (auto call = NextList(first_walks_, WalkKind::kFirst, now)) return call;
  return NextList(audits_, WalkKind::kAudit, now);
}

std::optional<Call> AccountPlan::NextNews(MonoTime now) {
  const auto list_at = lists_.FirstAt();
  const auto build_at = builds_.FirstAt();
  if (build_at && (!list_at || *build_at < *list_at)) {
    if (auto call = NextBuild(now)) return call;
  }
  if (auto call = NextList(lists_, WalkKind::kChange, now)) return call;
  return NextBuild(now);
}

Call AccountPlan::SimpleCall(Collector collector) const {
  Call call;
  call.collector = collector;
  call.account = account_;
  return call;
}

std::optional<Call> AccountPlan::NextLatest(MonoTime now) {
  if (Paused(Collector::kLatest, now)) return std::nullopt;
  Call call = SimpleCall(Collector::kLatest);
  if (!split_batches_.empty()) {
    call.scripts = std::move(split_batches_.back());
    split_batches_.pop_back();
  } else if (IsDue(refused_.FirstAt(), now)) {
    call.scripts = refused_.Pop(1);
  } else if (IsDue(latest_.FirstAt(), now)) {
    // The call costs the same for one script as for twenty: the next ones in line come along.
    call.scripts = latest_.Pop(workers_builds::BuildsApi::kMaxLatestScripts);
  } else {
    return std::nullopt;
  }
  for (const ScriptId script : call.scripts) call.tags.push_back(ledger_.script(script).tag);
  return call;
}

std::optional<Call> AccountPlan::NextBuild(MonoTime now) {
  if (Paused(Collector::kBuild, now) || !IsDue(builds_.FirstAt(), now)) return std::nullopt;
  const FollowedBuild build = builds_.Pop(1).front();
  Call call = SimpleCall(Collector::kBuild);
  call.scripts = {build.script};
  call.tags = {ledger_.script(build.script).tag};
  call.uuid = build.uuid;
  return call;
}

std::optional<Timestamp> AccountPlan::ApiTime(MonoTime now) const {
  if (!api_time_) return std::nullopt;
  return *api_time_ + (now - api_time_at_);
}

milliseconds AccountPlan::EffectiveInterval(Tier tier) const {
  return std::chrono::duration_cast<milliseconds>(IntervalOf(tier, config_.poll) * stretch_);
}

bool AccountPlan::Up(MonoTime now) const {
  const auto fresh = [now](const std::optional<MonoTime>& at, milliseconds interval) {
    return at && now - *at <= std::max<milliseconds>(interval * kUpIntervals, kUpAtLeast);
  };
  if (!fresh(discovered_at_, DiscoveryInterval())) return false;
  if (watched_.empty()) return true;
  milliseconds interval = EffectiveInterval(Tier::kIdle);
  for (const Tier tier : kTiers) {
    if (tier_counts_[static_cast<std::size_t>(tier)] > 0) interval = std::min(interval, EffectiveInterval(tier));
  }
  return fresh(builds_seen_at_, interval);
}

milliseconds AccountPlan::DiscoveryInterval() const {
  return std::chrono::duration_cast<milliseconds>(config_.poll.discovery_interval * upkeep_stretch_);
}

milliseconds AccountPlan::LimitsInterval() const {
  // The first shard shows the limits; the others only need to know when the period of build minutes began.
  const auto interval = ledger_.shard().index == 0
                            ? config_.poll.limits_interval
                            : std::max(config_.poll.limits_interval, config_.poll.discovery_interval);
  return std::chrono::duration_cast<milliseconds>(interval * upkeep_stretch_);
}

milliseconds AccountPlan::Lag(MonoTime now) const {
  const auto first = FirstDueAt();
  return first ? std::max(milliseconds(0), now - *first) : milliseconds(0);
}

double AccountPlan::UpkeepDemandPerSecond() const {
  const auto per_second = [](std::chrono::duration<double> interval) { return 1 / interval.count(); };
  return per_second(DiscoveryInterval()) + per_second(LimitsInterval());
}

double AccountPlan::LatestDemandPerSecond() const {
  double scripts_per_second = 0;
  for (const Tier tier : kTiers) {
    const std::chrono::duration<double> interval = IntervalOf(tier, config_.poll);
    scripts_per_second += tier_counts_[static_cast<std::size_t>(tier)] / interval.count();
  }
  return scripts_per_second / static_cast<double>(workers_builds::BuildsApi::kMaxLatestScripts);
}

}  // namespace exporter::poll
