#include "exporter/poller.h"

#include <algorithm>
#include <chrono>

#include "exporter/poll/call_runner.h"

namespace exporter {
namespace {

using std::chrono::milliseconds;

/// However much happens, the page is made anew this often at most.
constexpr milliseconds kPageInterval{250};
/// The loop turns at least this often, so that what depends on time alone is noticed and the loop is known to live.
constexpr milliseconds kLongestWait{1000};

}  // namespace

Poller::Poller(Core& core, std::vector<Account> accounts, std::size_t workers, const Clock& clock, Hooks hooks)
    : core_(core), accounts_(std::move(accounts)), workers_(workers), clock_(clock), hooks_(std::move(hooks)) {}

Poller::~Poller() {
  Stop();
}

void Poller::Start() {
  threads_.emplace_back([this](std::stop_token stop) { RunCore(std::move(stop)); });
  for (std::size_t i = 0; i < workers_; ++i) {
    threads_.emplace_back([this](std::stop_token stop) { RunWorker(std::move(stop)); });
  }
}

void Poller::Stop() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
  TakeAnswers();
}

void Poller::RunCore(std::stop_token stop) {
  poll::MonoTime page_at{};
  while (!stop.stop_requested()) {
    TakeAnswers();
    poll::MonoTime now = clock_.Now();
    poll::MonoTime wake = std::min(now + kLongestWait, Dispatch(now).value_or(poll::MonoTime::max()));
    if (core_.Changed(now)) {
      if (now >= page_at) {
        hooks_.on_page(core_.Render(now));
        page_at = clock_.Now() + kPageInterval;
      } else {
        wake = std::min(wake, page_at);
      }
    }
    if (const auto release = core_.NextReleaseAt()) wake = std::min(wake, *release);
    hooks_.on_step(now);
    std::unique_lock lock(mutex_);
    now = clock_.Now();
    answer_there_.wait_for(lock, stop, std::max(milliseconds(1), wake - now), [this] { return !answers_.empty(); });
  }
}

std::optional<poll::MonoTime> Poller::Dispatch(poll::MonoTime now) {
  while (true) {
    poll::NextStep step = core_.Next(now);
    if (const auto* wait = std::get_if<poll::WaitUntil>(&step)) return wait->at;
    if (std::holds_alternative<poll::WaitForAnswer>(step)) return std::nullopt;
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(std::get<poll::Request>(step)));
    work_to_do_.notify_one();
  }
}

void Poller::TakeAnswers() {
  std::deque<std::pair<poll::Request, poll::CallResult>> answers;
  {
    const std::lock_guard lock(mutex_);
    answers.swap(answers_);
  }
  for (const auto& [request, result] : answers) core_.Complete(request, result, clock_.Now());
}

void Poller::RunWorker(std::stop_token stop) {
  while (true) {
    poll::Request request;
    {
      std::unique_lock lock(mutex_);
      work_to_do_.wait(lock, stop, [this] { return !requests_.empty(); });
      if (stop.stop_requested()) return;
      request = std::move(requests_.front());
      requests_.pop_front();
    }
    const Account& account = accounts_[request.call.account];
    const poll::MonoTime sent = clock_.Now();
    poll::CallResult result = poll::RunCall(*account.api, account.id, request.call, request.timeout, stop);
    result.duration = clock_.Now() - sent;
    result.local_time = clock_.WallNow();
    const std::lock_guard lock(mutex_);
    answers_.emplace_back(std::move(request), std::move(result));
    answer_there_.notify_one();
  }
}

}  // namespace exporter
