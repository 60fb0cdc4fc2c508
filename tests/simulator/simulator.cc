#include "tests/simulator/simulator.h"

#include <algorithm>
#include <iterator>

#include "tests/simulator/access.h"
#include "tests/simulator/api_answers.h"
#include "tests/simulator/control.h"
#include "tests/simulator/envelope.h"
#include "tests/simulator/fault_effects.h"
#include "tests/simulator/random.h"

namespace simulator {
namespace {

bool IsAccountId(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Reply NoRoute(std::string_view path) {
  return Failure(404, 7003, "Could not route to " + std::string(path) + ", perhaps your object identifier is invalid?");
}

}  // namespace

Simulator::Simulator(const Scenario& scenario, Instant wall_start)
    : scenario_(scenario),
      start_(scenario.start.value_or(wall_start)),
      now_(start_),
      clock_(wall_start, start_, scenario.speed) {
  accounts_.reserve(scenario.accounts.size());
  for (const AccountScenario& account : scenario.accounts) accounts_.emplace_back(account, scenario.seed, start_);
  for (const FaultOrder& fault : scenario.faults) faults_.Queue(fault);
}

Instant Simulator::AdvanceTo(Instant wall_now) {
  now_ = std::max(now_, clock_.At(wall_now));
  for (SimulatedAccount& account : accounts_) account.AdvanceTo(now_);
  return now_;
}

SimulatedAccount* Simulator::FindAccount(std::string_view id_or_name) {
  for (SimulatedAccount& account : accounts_) {
    if (id_or_name.empty() || account.id() == id_or_name || account.name() == id_or_name) return &account;
  }
  return nullptr;
}

std::vector<Series> Simulator::Truth(Instant baseline) const {
  std::vector<Series> all;
  for (const SimulatedAccount& account : accounts_) {
    std::vector<Series> of_account = TruthOf(account, baseline);
    all.insert(all.end(), std::make_move_iterator(of_account.begin()), std::make_move_iterator(of_account.end()));
  }
  return all;
}

Reply Simulator::Handle(const Request& request, Instant wall_now) {
  AdvanceTo(wall_now);
  const Target target = ParseTarget(request.target);
  if (target.path.starts_with("/_simulator")) return AnswerControl(*this, request, target, wall_now);
  return Api(request, target, wall_now);
}

Reply Simulator::Api(const Request& request, const Target& target, Instant wall_now) {
  const auto call = RouteCall(target.path);
  const std::string bearer = BearerToken(request.headers);
  RateLimiter& limiter = limiters_.try_emplace(bearer, scenario_.rate_limit).first->second;
  Reply reply;
  if (limiter.Refuses(wall_now)) {
    reply = TooManyRequests(static_cast<std::size_t>(limiter.ResetsIn(wall_now).count()));
  } else {
    if (call) HoldBackNewRows(*call, target.query);
    const auto fault = call ? faults_.Take(call->operation) : std::nullopt;
    reply = Undisturbed(request, target, call ? &*call : nullptr, bearer);
    if (fault) {
      reply = ApplyFault(*fault, std::move(reply));
      DriftAfter(*fault, *call);
    }
  }
  StampHeaders(reply, limiter, wall_now);
  ++requests_[{call ? std::string(Word(call->operation)) : "other", reply.reset ? 0 : reply.status}];
  return reply;
}

Reply Simulator::Undisturbed(const Request& request, const Target& target, const Call* call,
                             const std::string& bearer) {
  if (call == nullptr) return NoRoute(target.path);
  if (request.method != "GET") return Failure(405, 7001, "Method " + request.method + " not available for that URI.");
  if (!call->account_id.empty() && !IsAccountId(call->account_id)) return NoRoute(target.path);
  if (auto refusal = Refusal(scenario_.tokens, bearer, *call)) return std::move(*refusal);
  if (call->operation == Operation::kVerifyUser || call->operation == Operation::kVerifyAccount) {
    return TokenIsActive(bearer);
  }
  SimulatedAccount* account = FindAccount(call->account_id);
  if (account == nullptr || account->id() != call->account_id) return NotPermitted();
  return Answer(*account, *call, target.query, {scenario_.unknown_tag_fails_latest});
}

void Simulator::HoldBackNewRows(const Call& call, const Query& query) {
  SimulatedAccount* account = FindAccount(call.account_id);
  if (account == nullptr) return;
  for (const std::string& tag : TagsOf(call, query)) {
    FaultPlan::Entry* fault = faults_.LateRows(call.operation);
    const Script* script = account->FindScript(tag);
    if (fault == nullptr || script == nullptr || script->builds.empty()) continue;
    const std::size_t newest = script->builds.back();
    const Build& build = account->builds()[newest];
    if (build.shown || build.hidden_until) continue;
    account->Hide(newest, now_ + fault->order.delay);
    ++fault->used;
  }
}

void Simulator::DriftAfter(const FaultOrder& fault, const Call& call) {
  SimulatedAccount* account = FindAccount(call.account_id);
  if (fault.kind != FaultKind::kPageDrift || call.operation != Operation::kList || account == nullptr) return;
  Submission submission;
  submission.script = call.argument;
  submission.branch_class = BranchClass::kPreview;
  // A tag that is not there has no pages that could drift.
  for (std::size_t i = 0; i < fault.rows; ++i) (void)account->Submit(submission);
}

void Simulator::StampHeaders(Reply& reply, const RateLimiter& limiter, Instant wall_now) {
  const RateLimit& limit = limiter.limit();
  const auto window = std::chrono::ceil<std::chrono::seconds>(limit.window);
  reply.headers["date"] = FormatHttpDate(now_);
  reply.headers["cf-ray"] = Random::For(scenario_.seed, "cf-ray", ++answers_).Hex(16) + "-SIM";
  reply.headers["ratelimit"] = "\"default\";r=" + std::to_string(limiter.Remaining(wall_now)) +
                               ";t=" + std::to_string(limiter.ResetsIn(wall_now).count());
  reply.headers["ratelimit-policy"] =
      "\"default\";q=" + std::to_string(limit.requests) + ";w=" + std::to_string(window.count());
}

}  // namespace simulator
