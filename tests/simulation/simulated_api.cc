#include "tests/simulation/simulated_api.h"

#include <algorithm>
#include <utility>

namespace simulation {
namespace {

using exporter::poll::Call;
using exporter::poll::CallResult;
using exporter::poll::Collector;
using exporter::poll::Payload;
using simulator::Instant;
using simulator::SimulatedAccount;
using workers_builds::ErrorReason;

workers_builds::BuildStatus StatusOf(simulator::Status status) {
  switch (status) {
    case simulator::Status::kQueued:
      return workers_builds::BuildStatus::kQueued;
    case simulator::Status::kInitializing:
      return workers_builds::BuildStatus::kInitializing;
    case simulator::Status::kRunning:
      return workers_builds::BuildStatus::kRunning;
    case simulator::Status::kStopped:
      break;
  }
  return workers_builds::BuildStatus::kStopped;
}

workers_builds::BuildOutcome OutcomeOf(simulator::Outcome outcome) {
  switch (outcome) {
    case simulator::Outcome::kSuccess:
      return workers_builds::BuildOutcome::kSuccess;
    case simulator::Outcome::kFail:
      return workers_builds::BuildOutcome::kFail;
    case simulator::Outcome::kSkipped:
      return workers_builds::BuildOutcome::kSkipped;
    case simulator::Outcome::kCancelled:
      return workers_builds::BuildOutcome::kCancelled;
    case simulator::Outcome::kTerminated:
      return workers_builds::BuildOutcome::kTerminated;
    case simulator::Outcome::kUnknown:
      break;
  }
  return workers_builds::BuildOutcome::kUnknown;
}

workers_builds::TriggerSource SourceOf(simulator::Source source) {
  switch (source) {
    case simulator::Source::kPush:
    case simulator::Source::kPushEvent:
      return workers_builds::TriggerSource::kPush;
    case simulator::Source::kPullRequest:
      return workers_builds::TriggerSource::kPullRequest;
    case simulator::Source::kManual:
      return workers_builds::TriggerSource::kManual;
    case simulator::Source::kApi:
      return workers_builds::TriggerSource::kApi;
    case simulator::Source::kDeployHook:
      return workers_builds::TriggerSource::kDeployHook;
    case simulator::Source::kUnknown:
      break;
  }
  return workers_builds::TriggerSource::kUnknown;
}

workers_builds::BuildTrigger TriggerOf(const simulator::Script& script, simulator::BranchClass branch_class) {
  workers_builds::BuildTrigger trigger;
  if (branch_class == simulator::BranchClass::kProduction) trigger.branch_includes = {script.production_branch};
  if (branch_class == simulator::BranchClass::kPreview) trigger.branch_includes = {"*"};
  trigger.repo_connection = workers_builds::RepoConnection{.provider_type = script.provider_type,
                                                           .provider_account_name = script.provider_account_name,
                                                           .repo_name = script.repo_name};
  return trigger;
}

/// The build as answers show it now.
workers_builds::Build Show(SimulatedAccount& account, std::size_t index) {
  account.MarkShown(index);
  const simulator::Build& build = account.builds()[index];
  workers_builds::Build shown;
  shown.uuid = workers_builds::ParseUuid(build.uuid);
  shown.status = StatusOf(build.status);
  if (build.outcome) shown.outcome = OutcomeOf(*build.outcome);
  shown.created_on = build.created_on;
  shown.modified_on = build.modified_on;
  shown.initializing_on = build.initializing_on;
  shown.running_on = build.running_on;
  shown.stopped_on = build.stopped_on;
  shown.trigger = TriggerOf(account.scripts()[build.script], build.branch_class);
  shown.metadata.source = SourceOf(build.source);
  return shown;
}

CallResult Success(Payload payload, Instant now) {
  CallResult result{.payload = std::move(payload), .meta = {}, .local_time = {}, .duration = {}};
  result.meta.status = 200;
  result.meta.date = std::chrono::floor<std::chrono::seconds>(now);
  return result;
}

CallResult NotFound(Instant now) {
  return FailedCall(ErrorReason::kNotFound, 404, now);
}

CallResult Discovery(const SimulatedAccount& account, Instant now) {
  std::vector<workers_builds::Script> scripts;
  for (const simulator::Script& script : account.scripts()) {
    if (!script.deleted) scripts.push_back({script.name, script.tag});
  }
  return Success(std::move(scripts), now);
}

CallResult Latest(SimulatedAccount& account, const Call& call, Instant now) {
  workers_builds::LatestBuilds latest;
  for (const std::string& tag : call.tags) {
    const simulator::Script* script = account.FindScript(tag);
    if (script == nullptr) continue;
    const auto newest = std::find_if(script->builds.rbegin(), script->builds.rend(),
                                     [&](std::size_t index) { return account.builds()[index].VisibleAt(now); });
    if (newest != script->builds.rend()) latest.emplace(tag, Show(account, *newest));
  }
  return Success(std::move(latest), now);
}

CallResult List(SimulatedAccount& account, const Call& call, Instant now, ListOrder order) {
  const simulator::Script* script = account.FindScript(call.tags.front());
  if (script == nullptr) return NotFound(now);
  workers_builds::BuildPage page;
  const std::int64_t first = static_cast<std::int64_t>(call.page - 1) * call.per_page;
  std::int64_t count = 0;
  const auto take = [&](std::size_t index) {
    if (!account.builds()[index].VisibleAt(now)) return;
    if (count >= first && count < first + call.per_page) page.builds.push_back(Show(account, index));
    ++count;
  };
  if (order == ListOrder::kNewestFirst) {
    std::for_each(script->builds.rbegin(), script->builds.rend(), take);
  } else {
    std::for_each(script->builds.begin(), script->builds.end(), take);
  }
  page.page = call.page;
  page.per_page = call.per_page;
  page.total_count = count;
  page.total_pages = (count + call.per_page - 1) / call.per_page;
  return Success(std::move(page), now);
}

CallResult OneBuild(SimulatedAccount& account, const Call& call, Instant now) {
  const simulator::Build* build = account.FindBuild(FormatUuid(call.uuid));
  if (build == nullptr || !build->VisibleAt(now)) return NotFound(now);
  return Success(Show(account, static_cast<std::size_t>(build - account.builds().data())), now);
}

CallResult AccountLimits(const SimulatedAccount& account, Instant now) {
  const simulator::Limits limits = account.limits();
  return Success(workers_builds::AccountLimits{.has_reached_build_minutes_limit = limits.reached,
                                               .build_minutes_refresh_on = limits.refresh_on},
                 now);
}

}  // namespace

CallResult FailedCall(ErrorReason reason, int status, Instant now) {
  workers_builds::Error error;
  error.reason = reason;
  error.status = status;
  error.request = "a simulated call";
  CallResult result{.payload = tl::unexpected(std::move(error)), .meta = {}, .local_time = {}, .duration = {}};
  result.meta.status = status;
  if (status != 0) result.meta.date = std::chrono::floor<std::chrono::seconds>(now);
  return result;
}

CallResult SimulatedApi::Answer(const Call& call, Instant now, ListOrder order) {
  SimulatedAccount& account = accounts_[call.account];
  account.AdvanceTo(now);
  switch (call.collector) {
    case Collector::kDiscovery:
      return Discovery(account, now);
    case Collector::kLatest:
      return Latest(account, call, now);
    case Collector::kList:
      return List(account, call, now, order);
    case Collector::kBuild:
      return OneBuild(account, call, now);
    case Collector::kLimits:
      return AccountLimits(account, now);
    case Collector::kVerify:
      break;
  }
  return Success(workers_builds::TokenStatus{.id = "simulated", .status = "active", .expires_on = {}}, now);
}

}  // namespace simulation
