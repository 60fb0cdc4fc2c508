#pragma once

#include <string>

#include "exporter/poll/call.h"
#include "exporter/poll/script_cap.h"

namespace exporter::poll {

/// Hears what happens while polling; for metrics and log. Called on the core thread.
class PollObserver {
 public:
  virtual ~PollObserver() = default;

  /// An attempt has ended, well or not.
  virtual void OnAnswer(const Call& call, const CallResult& result) = 0;
  /// The same call will be tried again.
  virtual void OnRetry(const Call& call, workers_builds::ErrorReason reason) = 0;
  /// A call has ended after its retries, right after OnAnswer; `error` is null when it went well.
  virtual void OnCollected(const Call& call, const workers_builds::Error* error) = 0;
  /// Why the token is refused, in words for the person who has to mend it.
  virtual void OnTokenTrouble(AccountIndex account, const std::string& diagnosis) = 0;
  /// A script's list ended before it showed what had been known.
  virtual void OnHistoryGap(const ledger::ScriptHistory& script) = 0;
  /// The API does not know a build any more that never stopped.
  virtual void OnLostBuild(const ledger::ScriptHistory& script, const workers_builds::Uuid& uuid) = 0;
  /// A transaction has merged an answer.
  virtual void OnApplied(AccountIndex account, const ledger::ApplyReport& report) = 0;
  /// The new scripts of a discovery answer that the caps keep off.
  virtual void OnScriptsRefused(AccountIndex account, const RefusedByCap& refused) = 0;
};

}  // namespace exporter::poll
