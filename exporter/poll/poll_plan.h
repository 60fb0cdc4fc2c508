#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <variant>
#include <vector>

#include "config/config.h"
#include "exporter/ledger/ledger.h"
#include "exporter/poll/account_plan.h"
#include "exporter/poll/call.h"
#include "exporter/poll/poll_observer.h"
#include "exporter/poll/request_budget.h"
#include "exporter/poll/script_cap.h"

namespace exporter::poll {

/// Names a call that is under way.
using Ticket = std::uint64_t;

struct Request {
  Ticket ticket = 0;
  Call call;
  milliseconds timeout{0};
};
struct WaitUntil {
  MonoTime at;
};
/// Nothing is to do before an answer comes.
struct WaitForAnswer {};
using NextStep = std::variant<Request, WaitUntil, WaitForAnswer>;

/// What to ask next, over all accounts, within the budget and the concurrency of each token. No clock, socket, thread
/// or chance of its own: the same calls give the same answers. One thread.
class PollPlan {
 public:
  /// `tokens[i]` is the token of account i: accounts with the same number share a budget. The references outlive the
  /// plan.
  PollPlan(const config::Config& config, const std::vector<std::size_t>& tokens, ledger::Ledger& ledger,
           PollObserver& observer, const Jitter& jitter, SeriesCosts costs = {});

  /// What the tokens might send when they last did. Before the first Next; `wall` is what our own clock says at `now`.
  void Restore(std::span<const ledger::StoredBudget> budgets, MonoTime now, Timestamp wall);

  NextStep Next(MonoTime now);
  /// The answer to a request; an unknown ticket is ignored.
  ledger::ApplyReport Complete(Ticket ticket, const CallResult& result, MonoTime now);

  const AccountPlan& account(ledger::AccountIndex account) const { return *accounts_[account]; }
  const RequestBudget& budget(ledger::AccountIndex account) const { return tokens_[token_of_[account]].budget; }
  /// Accounts that share the budget, with this one.
  std::size_t accounts_of_token(ledger::AccountIndex account) const {
    return tokens_[token_of_[account]].accounts.size();
  }
  /// How long due work of the account's token has waited for the budget, in all.
  milliseconds throttled(ledger::AccountIndex account, MonoTime now) const;

 private:
  struct Token {
    RequestBudget budget;
    std::vector<ledger::AccountIndex> accounts;
    int in_flight = 0;
    std::size_t turn = 0;
    std::optional<MonoTime> throttled_since;
    milliseconds throttled{0};
    /// Other calls than latest, lately; for the stretch.
    double other_per_second = 0;
    int others = 0;
    MonoTime others_since{};
  };

  std::optional<Call> NextOf(Token& token, MonoTime now);
  std::optional<MonoTime> FirstDueAt(const Token& token) const;
  void Stretch(Token& token, MonoTime now);
  void KeepBudget(const Token& token, MonoTime now);
  /// What our own clock says at `now`.
  Timestamp WallAt(MonoTime now) const { return wall_start_ + (now - mono_start_); }

  const config::Config& config_;
  ledger::Ledger& ledger_;
  MonoTime mono_start_{};
  Timestamp wall_start_{};
  bool begun_ = false;
  ScriptCap cap_;
  std::vector<std::unique_ptr<AccountPlan>> accounts_;
  std::vector<Token> tokens_;
  std::vector<std::size_t> token_of_;
  std::unordered_map<Ticket, Call> under_way_;
  Ticket last_ticket_ = 0;
};

}  // namespace exporter::poll
