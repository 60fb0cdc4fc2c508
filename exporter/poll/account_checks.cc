#include <chrono>
#include <utility>

#include "exporter/poll/account_plan.h"

/// Which answers are believed: well formed is not enough where a wrong one would be remembered for ever.
namespace exporter::poll {
namespace {

/// An answer's time that is further off than this is taken only when the next answer agrees.
constexpr std::chrono::hours kLargestJump{1};

workers_builds::Error UnlikelyAnswer(const CallResult& result, std::string request, std::string message) {
  workers_builds::Error error;
  error.reason = workers_builds::ErrorReason::kSchema;
  error.request = std::move(request);
  error.message = std::move(message);
  error.status = result.meta.status;
  return error;
}

bool IsEmptyDiscovery(const CallResult& result) {
  const auto* scripts = std::get_if<std::vector<workers_builds::Script>>(&*result.payload);
  return scripts != nullptr && scripts->empty();
}

}  // namespace

std::optional<workers_builds::Error> AccountPlan::ErrorOf(const Call& call, const CallResult& result) const {
  if (!result.payload) return result.payload.error();
  // An account without any Worker is unlikely, and a wrong empty answer would remove all that is known.
  if (IsEmptyDiscovery(result)) {
    return UnlikelyAnswer(result, "the list of Workers",
                          "the account shows no Workers at all; nothing is removed. Is the account id right?");
  }
  const auto* page = std::get_if<workers_builds::BuildPage>(&*result.payload);
  if (page != nullptr && page->builds.empty()) {
    // It would end the walk, and prove that there is nothing where builds are known to be.
    const ledger::ScriptHistory& script = ledger_.script(call.scripts.front());
    const auto walk = walks_.find(script.id);
    const bool goes_on = walk != walks_.end() && walk->second.walk.MustHaveMore();
    if (goes_on || (call.page == 1 && script.connected() && !script.walked)) {
      return UnlikelyAnswer(result, "the builds of " + script.name, "the list is empty, but a build of it is known");
    }
  }
  return std::nullopt;
}

void AccountPlan::TakeDate(Timestamp date, MonoTime now) {
  const auto far = [](Timestamp left, Timestamp right) { return std::chrono::abs(left - right) > kLargestJump; };
  if (api_time_ && far(date, *ApiTime(now)) && (!doubted_time_ || far(date, *doubted_time_))) {
    doubted_time_ = date;
    return;
  }
  doubted_time_.reset();
  api_time_ = date;
  api_time_at_ = now;
  ledger_.Start(account_, date);
}

}  // namespace exporter::poll
