#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exporter/poll/poll_plan.h"
#include "tests/support/fake_account.h"
#include "tests/support/memory_ledger_store.h"
#include "tests/support/recording_observer.h"

namespace support {

/// A poll plan in virtual time against accounts that answer at once. Configure, then Run.
class PlanWorld {
 public:
  using Call = exporter::poll::Call;
  using CallResult = exporter::poll::CallResult;
  using Collector = exporter::poll::Collector;
  using MonoTime = exporter::poll::MonoTime;
  struct Asked {
    MonoTime at;
    Call call;
  };

  explicit PlanWorld(std::size_t account_count = 1) : accounts(account_count) {
    for (std::size_t i = 0; i < account_count; ++i) {
      config::Account account;
      account.id = account.name = "account" + std::to_string(i);
      config.accounts.push_back(account);
      tokens.push_back(i);
    }
  }

  /// Asks and answers until virtual time has gone on by `duration`.
  void Run(std::chrono::milliseconds duration) {
    Start();
    const MonoTime end = now + duration;
    while (true) {
      const auto step = plan->Next(now);
      if (const auto* request = std::get_if<exporter::poll::Request>(&step)) {
        asked.push_back({now, request->call});
        last_report = plan->Complete(request->ticket, AnswerTo(request->call), now);
        continue;
      }
      const auto* wait = std::get_if<exporter::poll::WaitUntil>(&step);
      if (wait == nullptr || wait->at >= end) break;
      now = std::max(wait->at, now + std::chrono::milliseconds(1));
    }
    now = end;
  }

  CallResult AnswerTo(const Call& call) const {
    CallResult result = accounts[call.account].Answer(call, ApiNow());
    if (fault) {
      if (const auto error = fault(call)) {
        result.payload = tl::unexpected(*error);
        result.meta.status = error->status;
      }
    }
    if (edit) edit(call, result);
    return result;
  }

  void Start() {
    if (plan) return;
    std::vector<exporter::ledger::AccountSettings> settings;
    for (const auto& account : config.accounts) settings.push_back({account.id, config.state.baseline});
    ledger = std::make_unique<exporter::ledger::Ledger>(store, settings, exporter::ledger::DefaultBucketBounds());
    plan = std::make_unique<exporter::poll::PollPlan>(
        config, tokens, *ledger, observer, [this] { return jitter; },
        exporter::poll::SeriesCosts{.fixed = 0,
                                    .of_script = [this](const std::string& name) { return series_of(name); }});
    plan->Restore(ledger->Load().value().budgets, now, ApiNow());
  }

  /// The process ends, and another one goes on with what the store has.
  void Restart() {
    plan.reset();
    ledger.reset();
    Start();
  }

  /// The API's time.
  Timestamp ApiNow() const { return kT0 + (now - kStart); }
  std::vector<Asked> AskedOf(Collector collector) const {
    std::vector<Asked> result;
    for (const Asked& one : asked) {
      if (one.call.collector == collector) result.push_back(one);
    }
    return result;
  }
  std::size_t Count(Collector collector) const { return AskedOf(collector).size(); }
  /// Forgets what was asked and heard so far.
  void Forget() {
    asked.clear();
    observer = RecordingObserver{};
  }
  const exporter::ledger::ScriptHistory& Script(const std::string& tag, std::size_t account = 0) const {
    return *ledger->FindScript(static_cast<exporter::ledger::AccountIndex>(account), tag);
  }
  std::int64_t Completed(const std::string& tag, BuildOutcome outcome = BuildOutcome::kSuccess) const {
    std::int64_t sum = 0;
    for (const auto& history : Script(tag).classes) {
      sum += history.counters.completed[exporter::ledger::Index(outcome)];
    }
    return sum;
  }

  static constexpr MonoTime kStart{std::chrono::hours(1000)};

  config::Config config;
  std::vector<std::size_t> tokens;
  std::vector<FakeAccount> accounts;
  /// Answers this error instead, where it gives one.
  std::function<std::optional<workers_builds::Error>(const Call&)> fault;
  std::function<void(const Call&, CallResult&)> edit;
  /// What chance always says.
  double jitter = 0.5;
  std::function<std::int64_t(const std::string&)> series_of = [](const std::string&) { return 1; };

  MonoTime now = kStart;
  MemoryLedgerStore store;
  RecordingObserver observer;
  std::unique_ptr<exporter::ledger::Ledger> ledger;
  std::unique_ptr<exporter::poll::PollPlan> plan;
  std::vector<Asked> asked;
  exporter::ledger::ApplyReport last_report;
};

}  // namespace support
