#include "exporter/poll/poll_plan.h"

#include <algorithm>
#include <utility>

namespace exporter::poll {
namespace {

/// Cloudflare refuses every call for the next five minutes once the limit is exceeded, and does not always say so.
constexpr std::chrono::seconds kRateLimitBlock{300};
constexpr std::chrono::seconds kStretchPeriod{60};
/// The weight of the newest period. Lists follow looks: a quicker average swings between too many of the one and of the
/// other.
constexpr double kNewestMinute = 0.2;
/// What intervals may plan with; without the rest, what comes last (audits) would never have a turn.
constexpr double kPlannedShare = 0.95;
/// What discovery and limits may take of it, however little that is: the rest looks at builds.
constexpr double kUpkeepShare = 0.5;

}  // namespace

PollPlan::PollPlan(const config::Config& config, const std::vector<std::size_t>& tokens, ledger::Ledger& ledger,
                   PollObserver& observer, const Jitter& jitter, SeriesCosts costs)
    : config_(config), ledger_(ledger), cap_(config.metrics, std::move(costs)), token_of_(tokens) {
  for (std::size_t i = 0; i < config.accounts.size(); ++i) {
    const auto account = static_cast<ledger::AccountIndex>(i);
    accounts_.push_back(std::make_unique<AccountPlan>(account, config, ledger, observer, cap_, jitter));
    while (tokens_.size() <= tokens[i])
      tokens_.push_back({.budget = RequestBudget(config.api.requests_per_5m), .accounts = {}, .throttled_since = {}});
    tokens_[tokens[i]].accounts.push_back(account);
  }
  for (const Token& token : tokens_) {
    double demand = 0;
    for (const auto account : token.accounts) demand += accounts_[account]->UpkeepDemandPerSecond();
    const double stretch = std::max(1.0, demand / (token.budget.refill_per_second() * kUpkeepShare));
    for (const auto account : token.accounts) accounts_[account]->SetUpkeepStretch(stretch);
  }
}

void PollPlan::Restore(std::span<const ledger::StoredBudget> budgets, MonoTime now, Timestamp wall) {
  mono_start_ = now;
  wall_start_ = wall;
  for (Token& token : tokens_) {
    // Accounts of one token were kept together; where that has changed since, the least is believed.
    const ledger::StoredBudget* least = nullptr;
    for (const ledger::StoredBudget& budget : budgets) {
      const bool is_of_token = std::ranges::any_of(
          token.accounts, [&](ledger::AccountIndex account) { return ledger_.account(account).key == budget.account; });
      if (is_of_token && (least == nullptr || budget.level < least->level)) least = &budget;
    }
    if (least == nullptr) continue;
    token.budget.Restore(least->level, least->blocked_until.value_or(wall) - wall, now);
  }
}

NextStep PollPlan::Next(MonoTime now) {
  if (!std::exchange(begun_, true)) {
    for (const auto& account : accounts_) account->Begin(now);
  }
  std::optional<MonoTime> wake;
  for (Token& token : tokens_) {
    if (token.in_flight >= config_.api.concurrency) continue;
    const auto due = FirstDueAt(token);
    if (!due) continue;
    const MonoTime affordable = token.budget.NextAt(now);
    if (*due <= now && affordable <= now) {
      if (auto call = NextOf(token, now)) {
        const Ticket ticket = ++last_ticket_;
        under_way_.emplace(ticket, *call);
        return Request{ticket, std::move(*call), config_.api.timeout};
      }
    }
    if (*due <= now && !token.throttled_since) token.throttled_since = now;
    const MonoTime at = std::max(*due, affordable);
    if (!wake || at < *wake) wake = at;
  }
  if (wake) return WaitUntil{*wake};
  return WaitForAnswer{};
}

std::optional<Call> PollPlan::NextOf(Token& token, MonoTime now) {
  for (std::size_t i = 0; i < token.accounts.size(); ++i) {
    AccountPlan& account = *accounts_[token.accounts[token.turn++ % token.accounts.size()]];
    auto call = account.Next(now);
    if (!call) continue;
    token.budget.Take(now);
    KeepBudget(token, now);
    ledger_.Commit();
    ++token.in_flight;
    if (token.throttled_since) token.throttled += now - *std::exchange(token.throttled_since, std::nullopt);
    if (call->collector != Collector::kLatest) ++token.others;
    Stretch(token, now);
    return call;
  }
  return std::nullopt;
}

std::optional<MonoTime> PollPlan::FirstDueAt(const Token& token) const {
  std::optional<MonoTime> first;
  for (const ledger::AccountIndex account : token.accounts) {
    const auto at = accounts_[account]->FirstDueAt();
    if (at && (!first || *at < *first)) first = at;
  }
  return first;
}

milliseconds PollPlan::throttled(ledger::AccountIndex account, MonoTime now) const {
  const Token& token = tokens_[token_of_[account]];
  return token.throttled + (now - token.throttled_since.value_or(now));
}

void PollPlan::KeepBudget(const Token& token, MonoTime now) {
  std::optional<Timestamp> blocked_until;
  if (token.budget.blocked_until() > now) blocked_until = WallAt(token.budget.blocked_until());
  for (const ledger::AccountIndex account : token.accounts) {
    ledger_.KeepBudget(account, token.budget.LevelAt(now), blocked_until);
  }
}

void PollPlan::Stretch(Token& token, MonoTime now) {
  if (now - token.others_since < kStretchPeriod) return;
  const std::chrono::duration<double> elapsed = now - token.others_since;
  token.other_per_second += (token.others / elapsed.count() - token.other_per_second) * kNewestMinute;
  token.others = 0;
  token.others_since = now;
  double demand = 0;
  for (const auto account : token.accounts) demand += accounts_[account]->LatestDemandPerSecond();
  const double capacity = token.budget.refill_per_second() * kPlannedShare;
  // However many lists there are to read, a quarter of the budget looks for new builds.
  const double left = std::max(capacity - token.other_per_second, capacity / 4);
  for (const auto account : token.accounts) accounts_[account]->SetStretch(std::max(1.0, demand / left));
}

ledger::ApplyReport PollPlan::Complete(Ticket ticket, const CallResult& result, MonoTime now) {
  const auto under_way = under_way_.extract(ticket);
  if (under_way.empty()) return {};
  const Call& call = under_way.mapped();
  Token& token = tokens_[token_of_[call.account]];
  --token.in_flight;
  token.budget.Correct(result.meta.rate_limits, now);
  if (!result.payload && result.payload.error().reason == workers_builds::ErrorReason::kRateLimited) {
    token.budget.Block(now + result.payload.error().retry_after.value_or(kRateLimitBlock));
  }
  const ledger::ApplyReport report = accounts_[call.account]->Complete(call, result, now);
  if (token.budget.blocked_until() > now) {  // a restart must not forget it
    KeepBudget(token, now);
    ledger_.Commit();
  }
  return report;
}

}  // namespace exporter::poll
