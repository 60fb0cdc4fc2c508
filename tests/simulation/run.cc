#include "tests/simulation/run.h"

#include <algorithm>
#include <ostream>
#include <utility>

namespace simulation {

using exporter::poll::CallResult;
using exporter::poll::NextStep;
using exporter::poll::Request;
using exporter::poll::WaitUntil;
using std::chrono::hours;
using std::chrono::minutes;

Run::Run(const Seed& seed, std::ostream* log)
    : seed_(seed),
      log_(log),
      world_(seed),
      plain_api_(world_.accounts()),
      api_(plain_api_, seed.disturbances, kStart, seed.number),
      chance_(simulator::Random::For(seed.number, "jitter")),
      shown_([this](const std::string& what) { Violation(what); }),
      row_checks_(world_.accounts(), troubles_, [this](const std::string& what) { Violation(what); }),
      episode_is_late_(seed.accounts.size(), false),
      windows_(seed.accounts.size()) {
  NoteTroubles();
}

Run::~Run() = default;

Result Run::Go() {
  Start();
  RunUntil(seed_.length);
  stopped_changing_ = true;
  // What came late is found by the audits, and the last of them by those that start after the last fault.
  RunUntil(seed_.length + seed_.config.poll.audit_interval + hours(3));
  if (result_.violations.empty()) CheckTruth();
  Coverage& coverage = result_.coverage;
  coverage.seeds = 1;
  coverage.simulated_hours = std::chrono::floor<hours>(now_).count();
  coverage.requests = static_cast<std::int64_t>(sent_);
  for (const auto& account : world_.accounts()) coverage.builds += static_cast<std::int64_t>(account.builds().size());
  coverage.faults = api_.used();
  coverage.changes = world_.changes();
  result_.longest_wait = row_checks_.longest_wait();
  return std::move(result_);
}

void Run::RunUntil(milliseconds end) {
  while (now_ < end && result_.violations.empty()) {
    world_.AdvanceTo(now_, *store_);
    Deliver();
    MaybeRestart();
    milliseconds wake = SendAll(end);
    Show();
    if (!pending_.empty()) wake = std::min(wake, pending_.top().at);
    if (next_restart_ < seed_.restarts.size() && seed_.restarts[next_restart_].at > now_) {
      wake = std::min(wake, seed_.restarts[next_restart_].at);
    }
    if (const auto release = core_->NextReleaseAt()) wake = std::min(wake, now_ + (*release - MonoNow()));
    if (wake <= now_) wake = now_ + milliseconds(1);
    now_ = wake;
  }
}

void Run::Deliver() {
  while (!pending_.empty() && pending_.top().at <= now_ && result_.violations.empty()) {
    Pending answer = pending_.top();
    pending_.pop();
    answer.result.local_time = WallNow();
    core_->Complete(answer.request, answer.result, MonoNow());
    CheckRows();
    if (MomentHasCome({.at = {}, .moment = RestartMoment::kBeforeShow, .keeps_state = true, .down = {}}))
      MaybeRestart();
  }
}

milliseconds Run::SendAll(milliseconds end) {
  while (true) {
    NextStep step = core_->Next(MonoNow());
    if (auto* request = std::get_if<Request>(&step)) {
      Send(std::move(*request));
      continue;
    }
    const auto* wait = std::get_if<WaitUntil>(&step);
    if (wait == nullptr) return end;
    if (wait->at <= MonoNow()) Violation("the plan wants to be asked again at once, and has nothing to do");
    return std::min(end, now_ + (wait->at - MonoNow()));
  }
}

void Run::Send(Request request) {
  const std::size_t token = seed_.tokens[request.call.account];
  const std::size_t budget = static_cast<std::size_t>(seed_.config.api.requests_per_5m);
  const std::size_t sent = windows_[token].Add(now_);
  if (sent > budget + windows_[token].free_requests(now_)) {
    Violation(std::to_string(sent) + " requests in 5 minutes, the budget is " + std::to_string(budget));
  }
  const auto find = [&](const std::string& tag) { return core_->ledger().FindScript(request.call.account, tag); };
  const auto known = [&](const std::string& tag) { return find(tag) != nullptr; };
  auto delivery = api_.Send(request.call, now_, request.timeout, known);
  if (delivery.denies_builds) {
    const std::string& tag = request.call.tags.front();
    const auto* script = find(tag);
    if (script == nullptr || !script->connected()) troubles_.Deny(tag, now_);
  }
  delivery.result.duration = delivery.took;
  pending_.push({now_ + delivery.took, ++sent_, std::move(request), std::move(delivery.result)});
  CheckRows();
}

void Run::Show() {
  CheckLag();
  if (!core_->Changed(MonoNow()) && now_ < next_page_) return;
  shown_.Take(core_->ledger(), changed_);
  changed_.clear();
  if (now_ < next_page_) return;
  next_page_ = now_ + hours(4);
  CheckPage();
}

}  // namespace simulation
