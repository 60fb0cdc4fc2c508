#include "tests/simulation/faulty_api.h"

#include <algorithm>
#include <utility>

namespace simulation {
namespace {

using exporter::poll::Call;
using exporter::poll::CallResult;
using exporter::poll::Collector;
using simulator::Instant;
using std::chrono::hours;
using std::chrono::seconds;
using workers_builds::ErrorReason;

/// Before so many answers no Date is absurd: there would be nothing to judge it by, and no exporter could know better.
constexpr int kAnswersToTrust = 20;

constexpr std::chrono::minutes kBetweenDrifts{2};

void LeaveOutcomeOut(workers_builds::Build& build, Instant now, milliseconds for_so_long) {
  if (build.stopped_on && now - *build.stopped_on < for_so_long) build.outcome.reset();
}

}  // namespace

FaultyApi::FaultyApi(SimulatedApi& api, std::vector<Disturbance> disturbances, Instant start, std::uint64_t seed)
    : api_(api),
      disturbances_(std::move(disturbances)),
      start_(start),
      random_(simulator::Random::For(seed, "faulty api")) {
  for (const simulator::SimulatedAccount& account : api.accounts())
    scripts_at_start_.push_back(account.scripts().size());
}

const Disturbance* FaultyApi::Find(Fault fault, const Call& call) const {
  const auto found = std::ranges::find_if(active_, [&](const Disturbance* one) {
    return one->fault == fault && (!one->collector || one->collector == call.collector);
  });
  return found == active_.end() ? nullptr : *found;
}

bool FaultyApi::Hits(const Disturbance& disturbance, const Call&) {
  if (!random_.Chance(disturbance.share)) return false;
  Count(disturbance.fault);
  return true;
}

bool FaultyApi::Hits(Fault fault, const Call& call) {
  const Disturbance* disturbance = Find(fault, call);
  return disturbance != nullptr && Hits(*disturbance, call);
}

const std::string& FaultyApi::TagOf(const Disturbance& disturbance, const Call& call) {
  const auto there = static_cast<double>(scripts_at_start_[call.account]);
  return api_.account(call.account).scripts()[static_cast<std::size_t>(disturbance.script * there)].tag;
}

std::optional<FaultyApi::Delivery> FaultyApi::Failure(const Call& call, Instant now, milliseconds timeout) {
  const milliseconds soon{20 + static_cast<int>(random_.Below(200))};
  const auto fail = [&](ErrorReason reason, int status) {
    return Delivery{.result = FailedCall(reason, status, now),
                    .took = status == 0 && reason == ErrorReason::kTimeout ? timeout : soon};
  };
  if (Find(Fault::kOutage, call) != nullptr) {
    Count(Fault::kOutage);
    return fail(random_.Chance(0.3) ? ErrorReason::kTimeout : ErrorReason::kConnect, 0);
  }
  if (Hits(Fault::kTimeout, call)) return fail(ErrorReason::kTimeout, 0);
  if (Hits(Fault::kReset, call)) return fail(ErrorReason::kConnect, 0);
  if (Hits(Fault::kUnauthorized, call)) return fail(ErrorReason::kAuth, 401);
  if (Hits(Fault::kForbidden, call)) return fail(ErrorReason::kForbidden, 403);
  if (Hits(Fault::kRateLimited, call)) return fail(ErrorReason::kRateLimited, 429);
  if (const Disturbance* limited = Find(Fault::kRateLimitedFor, call); limited != nullptr && Hits(*limited, call)) {
    auto delivery = fail(ErrorReason::kRateLimited, 429);
    delivery.result.payload.error().retry_after = std::chrono::ceil<seconds>(limited->amount);
    return delivery;
  }
  if (Hits(Fault::kServerError, call)) {
    constexpr int kStatuses[] = {500, 502, 503, 520};
    auto delivery = fail(ErrorReason::kHttp5xx, kStatuses[random_.Below(std::size(kStatuses))]);
    if (random_.Chance(0.2)) delivery.result.payload.error().retry_after = seconds(1 + random_.Below(60));
    return delivery;
  }
  for (const auto& [fault, collector] :
       {std::pair(Fault::kUnknownInLatest, Collector::kLatest), std::pair(Fault::kUnknownInList, Collector::kList)}) {
    const Disturbance* unknown = call.collector == collector ? Find(fault, call) : nullptr;
    if (unknown == nullptr || std::ranges::find(call.tags, TagOf(*unknown, call)) == call.tags.end()) continue;
    Count(fault);
    return fail(ErrorReason::kNotFound, 404);
  }
  if (Hits(Fault::kUndecodable, call)) return fail(ErrorReason::kDecode, 200);
  if (Hits(Fault::kWrongShape, call)) return fail(ErrorReason::kSchema, 200);
  return std::nullopt;
}

void FaultyApi::HideRows(const Call& call, Instant now) {
  if (call.collector != Collector::kLatest && call.collector != Collector::kList) return;
  const Disturbance* late = Find(Fault::kLateRow, call);
  const Disturbance* vanished = Find(Fault::kVanished, call);
  if (late == nullptr && vanished == nullptr) return;
  simulator::SimulatedAccount& account = api_.account(call.account);
  account.AdvanceTo(now);
  for (const std::string& tag : call.tags) {
    const simulator::Script* script = account.FindScript(tag);
    if (script == nullptr || script->builds.empty()) continue;
    const std::size_t newest = script->builds.back();
    const simulator::Build& build = account.builds()[newest];
    if (build.hidden_until) continue;
    if (late != nullptr && !build.shown && Hits(*late, call)) {
      account.Hide(newest, now + late->amount);
    } else if (vanished != nullptr && build.shown && build.status != simulator::Status::kStopped &&
               Hits(*vanished, call)) {
      account.Hide(newest, now + vanished->amount);
    }
  }
}

void FaultyApi::DistortBuilds(const Call& call, Instant now, CallResult& result) {
  auto* latest = std::get_if<workers_builds::LatestBuilds>(&*result.payload);
  auto* page = std::get_if<workers_builds::BuildPage>(&*result.payload);
  auto* build = std::get_if<workers_builds::Build>(&*result.payload);
  if (const Disturbance* without = Find(Fault::kNoOutcome, call); without != nullptr) {
    Count(Fault::kNoOutcome);
    if (build != nullptr) LeaveOutcomeOut(*build, now, without->amount);
    if (latest != nullptr) {
      for (auto& [tag, shown] : *latest) LeaveOutcomeOut(shown, now, without->amount);
    }
    if (page != nullptr) {
      for (auto& shown : page->builds) LeaveOutcomeOut(shown, now, without->amount);
    }
  }
  if (page == nullptr || page->builds.empty()) return;
  if (Hits(Fault::kReversedPage, call)) std::ranges::reverse(page->builds);
  if (Hits(Fault::kDuplicates, call)) {
    const std::size_t some = 1 + random_.Below(page->builds.size());
    const std::vector<workers_builds::Build> again(page->builds.begin(),
                                                   page->builds.begin() + static_cast<std::ptrdiff_t>(some));
    page->builds.insert(page->builds.end(), again.begin(), again.end());
  }
  // Not at every page: new builds make the exporter read more pages, and so on.
  const bool drifts = static_cast<int>(page->builds.size()) >= call.per_page && now >= next_drift_;
  if (drifts && Hits(Fault::kDrift, call)) {
    next_drift_ = now + kBetweenDrifts;
    simulator::Submission submission;
    submission.script = call.tags.front();
    submission.branch_class = simulator::BranchClass::kPreview;
    const std::size_t rows = 1 + random_.Below(3);
    for (std::size_t i = 0; i < rows; ++i) (void)api_.account(call.account).Submit(submission);
  }
}

void FaultyApi::Distort(const Call& call, Instant now, Delivery& delivery,
                        const std::function<bool(const std::string&)>& known) {
  CallResult& result = delivery.result;
  if (!result.payload) return;
  if (call.collector != Collector::kVerify && Hits(Fault::kEmptyResult, call)) {
    switch (call.collector) {
      case Collector::kDiscovery:
        result.payload = std::vector<workers_builds::Script>();
        break;
      case Collector::kLatest:
        result.payload = workers_builds::LatestBuilds();
        break;
      case Collector::kList:
        delivery.denies_builds = true;
        result.payload = workers_builds::BuildPage{
            .builds = {}, .page = call.page, .per_page = call.per_page, .total_count = 0, .total_pages = 0};
        break;
      case Collector::kBuild:
      case Collector::kLimits:
      case Collector::kVerify:
        result = FailedCall(ErrorReason::kSchema, 200, now);
        break;
    }
    return;
  }
  if (auto* scripts = std::get_if<std::vector<workers_builds::Script>>(&*result.payload)) {
    if (const Disturbance* partial = Find(Fault::kPartialDiscovery, call)) {
      const auto gone = std::erase_if(*scripts, [&](const workers_builds::Script& script) {
        return known(script.tag) && random_.Chance(partial->share / 4);
      });
      if (gone > 0) Count(Fault::kPartialDiscovery);
    }
    return;
  }
  DistortBuilds(call, now, result);
}

void FaultyApi::DistortMeta(const Call& call, CallResult& result) {
  if (const Disturbance* left = Find(Fault::kLittleLeft, call); left != nullptr && Hits(*left, call)) {
    result.meta.rate_limits.push_back({.policy = "default",
                                       .remaining = static_cast<std::int64_t>(random_.Below(200)),
                                       .reset = std::chrono::ceil<seconds>(left->amount),
                                       .quota = 1200,
                                       .window = seconds(300)});
  }
  if (!result.meta.date) return;
  if (Hits(Fault::kNoDate, call)) {
    result.meta.date.reset();
    return;
  }
  if (const Disturbance* wrong = Find(Fault::kWrongDate, call); wrong != nullptr && Hits(*wrong, call)) {
    *result.meta.date += wrong->amount;
  }
  if (++answers_since_start_ > kAnswersToTrust && Hits(Fault::kAbsurdDate, call)) {
    // Far apart from each other, so that no two of them agree.
    const auto off = hours(2 + static_cast<int>(random_.Below(10'000)));
    *result.meta.date += random_.Chance(0.5) ? off : -off;
  }
}

FaultyApi::Delivery FaultyApi::Send(const Call& call, milliseconds at, milliseconds timeout,
                                    const std::function<bool(const std::string&)>& known) {
  if (at >= active_until_) {
    active_.clear();
    active_until_ = milliseconds::max();
    for (const Disturbance& disturbance : disturbances_) {
      if (disturbance.ActiveAt(at)) active_.push_back(&disturbance);
      for (const milliseconds edge : {disturbance.from, disturbance.to}) {
        if (edge > at) active_until_ = std::min(active_until_, edge);
      }
    }
  }
  const Instant now = ApiTime(at);
  if (active_.empty()) {
    ++answers_since_start_;
    return {.result = api_.Answer(call, now), .took = milliseconds(40 + static_cast<int>(random_.Below(200)))};
  }
  if (auto failure = Failure(call, now, timeout)) {
    DistortMeta(call, failure->result);
    return std::move(*failure);
  }
  HideRows(call, now);
  const bool oldest_first = call.collector == Collector::kList && Hits(Fault::kOldestFirst, call);
  Delivery delivery{.result = api_.Answer(call, now, oldest_first ? ListOrder::kOldestFirst : ListOrder::kNewestFirst),
                    .took = milliseconds(40 + static_cast<int>(random_.Below(200)))};
  Distort(call, now, delivery, known);
  DistortMeta(call, delivery.result);
  if (Hits(Fault::kSlow, call)) {
    delivery.took =
        milliseconds(static_cast<std::int64_t>(static_cast<double>(timeout.count()) * random_.Uniform(0.1, 0.95)));
  }
  return delivery;
}

milliseconds FaultyApi::ClockSkewAt(milliseconds at) {
  for (const Disturbance& disturbance : disturbances_) {
    if (disturbance.fault != Fault::kClockSkew || !disturbance.ActiveAt(at)) continue;
    Count(Fault::kClockSkew);
    return disturbance.amount;
  }
  return milliseconds(0);
}

bool FaultyApi::CommitFails(milliseconds at) {
  for (const Disturbance& disturbance : disturbances_) {
    if (disturbance.fault != Fault::kCommitFailure || !disturbance.ActiveAt(at)) continue;
    if (!random_.Chance(disturbance.share)) return false;
    Count(Fault::kCommitFailure);
    return true;
  }
  return false;
}

}  // namespace simulation
