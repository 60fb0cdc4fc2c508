#include <algorithm>
#include <cmath>
#include <utility>

#include "exporter/poll/account_plan.h"

namespace exporter::poll {
namespace {

using workers_builds::Error;
using workers_builds::ErrorReason;

/// A build that the API does not know is lost when it still does not after this long.
constexpr std::chrono::minutes kLostAfter{5};
constexpr std::chrono::seconds kFirstBackoff{1};
constexpr std::chrono::seconds kLongestBackoff{60};
constexpr std::chrono::hours kLongestScriptBackoff{1};
/// After an error, discovery does not wait for its interval.
constexpr std::chrono::minutes kDiscoveryRetry{1};

bool IsRetried(ErrorReason reason) {
  switch (reason) {
    case ErrorReason::kAuth:
    case ErrorReason::kForbidden:
    case ErrorReason::kNotFound:
    case ErrorReason::kHttp4xx:
    case ErrorReason::kCancelled:
      return false;
    case ErrorReason::kRateLimited:
    case ErrorReason::kTimeout:
    case ErrorReason::kConnect:
    case ErrorReason::kTls:
    case ErrorReason::kHttp5xx:
    case ErrorReason::kDecode:
    case ErrorReason::kSchema:
      break;
  }
  return true;
}

/// The API does not want to say anything about some script of the call.
bool IsRefusal(const Error& error) {
  return error.reason == ErrorReason::kNotFound || error.reason == ErrorReason::kHttp4xx;
}

}  // namespace

void AccountPlan::Fail(const Call& call, const Error& error, MonoTime now, ledger::ApplyReport& report) {
  if (error.reason == ErrorReason::kCancelled) {
    Reschedule(call, now);
    return;
  }
  if (IsRetried(error.reason) && call.attempt < config_.api.max_retries) {
    const auto longest = std::min<milliseconds>(kFirstBackoff * (1 << std::min(call.attempt, 10)), kLongestBackoff);
    auto wait = std::chrono::duration_cast<milliseconds>(longest * jitter_());
    if (error.retry_after) wait = std::max<milliseconds>(wait, *error.retry_after);
    Call again = call;
    ++again.attempt;
    observer_.OnRetry(call, error.reason);
    retries_.emplace(now + wait, std::move(again));
    return;
  }
  if (error.reason == ErrorReason::kAuth || error.reason == ErrorReason::kForbidden) {
    ExplainRefusal(call, error, now);
    if (call.collector == Collector::kVerify) return;
    observer_.OnCollected(call, &error);
    auto& paused_until = error.reason == ErrorReason::kAuth ? all_paused_until_
                                                            : paused_until_[static_cast<std::size_t>(call.collector)];
    paused_until = now + kRefusedInterval;
    Reschedule(call, paused_until);
  } else if (call.collector == Collector::kBuild && error.reason == ErrorReason::kNotFound) {
    BuildNotFound(call, now, report);
    return;
  } else if (SplitLatest(call, error, now)) {
    return;
  } else {
    // One script that the API does not know says nothing about the others.
    const bool only_this_script = error.reason == ErrorReason::kNotFound && call.scripts.size() == 1;
    observer_.OnCollected(call, only_this_script ? nullptr : &error);
    Reschedule(call, now + RegularInterval(call, error));
  }
  // Without discovery, the scripts that the configuration names are still watched.
  if (call.collector == Collector::kDiscovery && api_time_ && !ledger_.account(account_).discovered()) {
    if (const auto tags = filter_.Select({}).watched; !tags.empty()) {
      report += ledger_.ApplyDiscovery(account_, tags, *ApiTime(now));
      for (const ScriptId id : ledger_.account(account_).scripts) Watch(id, now);
    }
  }
}

bool AccountPlan::SplitLatest(const Call& call, const Error& error, MonoTime now) {
  if (call.collector != Collector::kLatest || !IsRefusal(error) || call.scripts.size() < 2) return false;
  const auto middle = call.scripts.begin() + static_cast<std::ptrdiff_t>(call.scripts.size() / 2);
  split_at_ = now;
  split_batches_.emplace_back(middle, call.scripts.end());
  split_batches_.emplace_back(call.scripts.begin(), middle);
  return true;
}

void AccountPlan::BuildNotFound(const Call& call, MonoTime now, ledger::ApplyReport& report) {
  const ScriptId script = call.scripts.front();
  const MonoTime since = not_found_since_.emplace(FollowedBuild{script, call.uuid}, now).first->second;
  observer_.OnCollected(call, nullptr);
  if (now - since < kLostAfter) {
    builds_.Set({script, call.uuid}, since + kLostAfter);
    return;
  }
  not_found_since_.erase({script, call.uuid});
  no_outcome_since_.erase({script, call.uuid});
  const ledger::ApplyReport lost = ledger_.MarkLost(script, call.uuid);
  if (!lost.changed.empty()) observer_.OnLostBuild(ledger_.script(script), call.uuid);
  report += lost;
}

void AccountPlan::ExplainRefusal(const Call& call, const Error& error, MonoTime now) {
  if (error.status == 0) {  // there is no token: the API has not been asked, and the error says why
    if (call.collector == Collector::kVerify) observer_.OnCollected(call, &error);
    verify_at_ = now + kRefusedInterval;
    return;
  }
  if (call.collector != Collector::kVerify) {
    if (error.reason == ErrorReason::kForbidden) {
      observer_.OnTokenTrouble(
          account_, std::string("the token lacks a permission: ") +
                        (call.collector == Collector::kDiscovery ? "Workers Scripts Read" : "Workers CI Read") +
                        " is needed for this account");
    } else {
      verify_at_ = now;
      verify_account_token_ = false;
    }
    return;
  }
  if (!call.account_token) {
    // Account-owned tokens are unknown here and known there; the Builds operations refuse them.
    verify_at_ = now;
    verify_account_token_ = true;
    return;
  }
  verify_at_ = now + kRefusedInterval;
  observer_.OnCollected(call, &error);
  observer_.OnTokenTrouble(account_, "Cloudflare does not know the token: it is mistyped, was deleted or was rolled");
}

void AccountPlan::Reschedule(const Call& call, MonoTime at) {
  switch (call.collector) {
    case Collector::kDiscovery:
      discovery_at_ = at;
      return;
    case Collector::kLimits:
      limits_at_ = at;
      return;
    case Collector::kVerify:
      verify_at_ = at;
      return;
    case Collector::kLatest:
      for (const ScriptId script : call.scripts) {
        const auto watched = watched_.find(script);
        if (watched == watched_.end()) continue;
        (watched->second.latest_refusals > 0 ? refused_ : latest_).Set(script, at);
      }
      return;
    case Collector::kList: {
      // What the walk has read is merged; it proves nothing, and the next one starts over.
      const auto walk = walks_.find(call.scripts.front());
      if (walk == walks_.end()) return;
      // News that an audit was waited for is no audit any more.
      const bool has_news = walk->second.kind == WalkKind::kAudit && walk->second.again;
      (has_news ? lists_ : QueueOf(walk->second.kind)).Set(call.scripts.front(), at);
      watched_.at(call.scripts.front()).list_from = at;
      walks_.erase(walk);
      return;
    }
    case Collector::kBuild:
      if (watched_.contains(call.scripts.front())) builds_.Set({call.scripts.front(), call.uuid}, at);
      return;
  }
}

milliseconds AccountPlan::RegularInterval(const Call& call, const Error& error) {
  switch (call.collector) {
    case Collector::kDiscovery:
      return std::min(DiscoveryInterval(), std::chrono::duration_cast<milliseconds>(kDiscoveryRetry * upkeep_stretch_));
    case Collector::kLimits:
      return LimitsInterval();
    case Collector::kVerify:
    case Collector::kBuild:
      return config_.poll.interval;
    case Collector::kLatest:
    case Collector::kList:
      break;
  }
  const auto watched = watched_.find(call.scripts.front());
  if (call.scripts.size() != 1 || !IsRefusal(error) || watched == watched_.end()) return config_.poll.interval;
  int& refusals =
      call.collector == Collector::kLatest ? watched->second.latest_refusals : watched->second.list_refusals;
  const int doublings = std::min(refusals++, 10);
  return std::min<milliseconds>(config_.poll.interval * (1 << doublings), kLongestScriptBackoff);
}

}  // namespace exporter::poll
