#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "client/builds_api.h"
#include "exporter/clock.h"
#include "exporter/core.h"

namespace exporter {

/// The loop around the core: one thread owns it, some workers make the calls that it asks for.
class Poller {
 public:
  struct Account {
    std::string id;
    workers_builds::BuildsApi* api = nullptr;
  };
  struct Hooks {
    /// After each change of the page.
    std::function<void(std::shared_ptr<const exposition::Page>)> on_page;
    /// About once a second, and after each answer: the core is at rest.
    std::function<void(poll::MonoTime)> on_step;
  };

  /// `accounts` in the order of the configuration. `workers`: as many as calls can be under way, or a call that hangs
  /// would hold up those that wait for a worker. Core, clock and what `accounts` points to outlive the poller. The
  /// hooks are called on the core thread.
  Poller(Core& core, std::vector<Account> accounts, std::size_t workers, const Clock& clock, Hooks hooks);
  /// Stops.
  ~Poller();

  void Start();
  /// Asks nothing more, abandons the calls under way, ends the threads and hands the answers that were there to the
  /// core. Idempotent.
  void Stop();

 private:
  void RunCore(std::stop_token stop);
  void RunWorker(std::stop_token stop);
  /// Hands out what the core wants now; when it wants to be asked again.
  std::optional<poll::MonoTime> Dispatch(poll::MonoTime now);
  void TakeAnswers();

  Core& core_;
  std::vector<Account> accounts_;
  std::size_t workers_;
  const Clock& clock_;
  Hooks hooks_;

  std::mutex mutex_;
  std::condition_variable_any work_to_do_;
  std::condition_variable_any answer_there_;
  std::deque<poll::Request> requests_;
  std::deque<std::pair<poll::Request, poll::CallResult>> answers_;
  std::vector<std::jthread> threads_;
};

}  // namespace exporter
