#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "client/builds_api.h"
#include "tests/support/fake_account.h"

namespace support {

/// BuildsApi over a FakeAccount, at the API's time kT0 + 1 h. Operations can be told to hang until they are abandoned.
/// Any thread; `account` is set before it is used.
class FakeBuildsApi : public workers_builds::BuildsApi {
 public:
  using CallOptions = workers_builds::CallOptions;
  template <typename T>
  using Answer = workers_builds::Answer<T>;

  FakeAccount account;

  void Hang(const std::string& operation) {
    const std::lock_guard lock(mutex_);
    hanging_.insert(operation);
    timed_out_.erase(operation);
  }
  /// Calls that hang are answered after all, and so are later ones.
  void LetGo(const std::string& operation) {
    const std::lock_guard lock(mutex_);
    hanging_.erase(operation);
    changed_.notify_all();
  }
  /// Calls that hang end as at their deadline; later ones are answered.
  void TimeOut(const std::string& operation) {
    const std::lock_guard lock(mutex_);
    hanging_.erase(operation);
    timed_out_.insert(operation);
    changed_.notify_all();
  }
  /// Waits until `operation` has been asked for `times` times; false when that takes longer than a test should.
  bool WaitForCalls(const std::string& operation, std::size_t times = 1) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return CountLocked(operation) >= times; });
  }
  std::vector<std::string> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  int abandoned() const { return abandoned_; }
  /// Waits until a call that hung has been given up.
  bool WaitForAbandoned() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return abandoned_ > 0; });
  }

  Answer<std::vector<workers_builds::Script>> ListScripts(const std::string& account_id,
                                                          const CallOptions& options) override {
    return Give<std::vector<workers_builds::Script>>("ListScripts", account_id,
                                                     Of(exporter::poll::Collector::kDiscovery), options);
  }
  Answer<workers_builds::LatestBuilds> GetLatestBuilds(const std::string& account_id, std::span<const std::string> tags,
                                                       const CallOptions& options) override {
    exporter::poll::Call call = Of(exporter::poll::Collector::kLatest);
    call.tags.assign(tags.begin(), tags.end());
    return Give<workers_builds::LatestBuilds>("GetLatestBuilds", account_id, call, options);
  }
  Answer<workers_builds::BuildPage> ListBuilds(const std::string& account_id, const std::string& tag, int page,
                                               int per_page, const CallOptions& options) override {
    exporter::poll::Call call = Of(exporter::poll::Collector::kList);
    call.tags = {tag};
    call.page = page;
    call.per_page = per_page;
    return Give<workers_builds::BuildPage>("ListBuilds", account_id, call, options);
  }
  Answer<Build> GetBuild(const std::string& account_id, const Uuid& uuid, const CallOptions& options) override {
    exporter::poll::Call call = Of(exporter::poll::Collector::kBuild);
    call.uuid = uuid;
    for (const auto& [name, tag] : account.scripts) {
      call.tags = {tag};
      if (account.Answer(call, kNow).payload) break;
    }
    return Give<Build>("GetBuild", account_id, call, options);
  }
  Answer<workers_builds::AccountLimits> GetAccountLimits(const std::string& account_id,
                                                         const CallOptions& options) override {
    return Give<workers_builds::AccountLimits>("GetAccountLimits", account_id, Of(exporter::poll::Collector::kLimits),
                                               options);
  }
  Answer<workers_builds::TokenStatus> VerifyUserToken(const CallOptions& options) override {
    return Give<workers_builds::TokenStatus>("VerifyUserToken", "", Of(exporter::poll::Collector::kVerify), options);
  }
  Answer<workers_builds::TokenStatus> VerifyAccountToken(const std::string& account_id,
                                                         const CallOptions& options) override {
    return Give<workers_builds::TokenStatus>("VerifyAccountToken", account_id, Of(exporter::poll::Collector::kVerify),
                                             options);
  }

 private:
  static constexpr Timestamp kNow = kT0 + std::chrono::hours(1);

  static exporter::poll::Call Of(exporter::poll::Collector collector) {
    exporter::poll::Call call;
    call.collector = collector;
    return call;
  }

  std::size_t CountLocked(const std::string& operation) const {
    std::size_t count = 0;
    for (const std::string& call : calls_) count += call.starts_with(operation + " ") ? 1 : 0;
    return count;
  }

  template <typename T>
  Answer<T> Give(const std::string& operation, const std::string& account_id, const exporter::poll::Call& call,
                 const CallOptions& options) {
    std::string line = operation + " " + account_id;
    for (const std::string& tag : call.tags) line += " " + tag;
    if (call.per_page > 0) line += " " + std::to_string(call.page) + "/" + std::to_string(call.per_page);
    std::unique_lock lock(mutex_);
    calls_.push_back(line);
    changed_.notify_all();
    if (hanging_.contains(operation)) {
      // As the real client: it ends when the caller gives up.
      if (!changed_.wait(lock, options.stop, [&] { return !hanging_.contains(operation); })) {
        ++abandoned_;
        changed_.notify_all();
        return {tl::unexpected(FakeAccount::ErrorOf(workers_builds::ErrorReason::kCancelled)), {}};
      }
      if (timed_out_.contains(operation)) {
        return {tl::unexpected(FakeAccount::ErrorOf(workers_builds::ErrorReason::kTimeout)), {}};
      }
    }
    lock.unlock();
    auto result = account.Answer(call, kNow);
    if (!result.payload) return {tl::unexpected(result.payload.error()), result.meta};
    return {std::get<T>(std::move(*result.payload)), result.meta};
  }

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::set<std::string> hanging_;
  std::set<std::string> timed_out_;  // when it hung last
  std::vector<std::string> calls_;
  std::atomic<int> abandoned_ = 0;
};

}  // namespace support
