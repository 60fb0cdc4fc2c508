#include "tests/support/economy_run.h"

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include "exporter/poll/poll_plan.h"
#include "tests/support/busiest_window.h"
#include "tests/support/deaf_observer.h"
#include "tests/support/memory_ledger_store.h"
#include "tests/support/steady_account.h"

namespace support {
namespace {

using exporter::poll::Collector;
using exporter::poll::MonoTime;
using exporter::poll::RequestBudget;
using exporter::poll::Tier;
using namespace std::chrono_literals;

constexpr MonoTime kStart{std::chrono::hours(1000)};
/// From the last first walk to the measuring.
constexpr std::chrono::minutes kSettling{120};
/// Builds that ended are waited for this long.
constexpr std::chrono::minutes kPatience{60};

config::Config Configuration() {
  config::Config config;
  config::Account account;
  account.id = account.name = "account";
  config.accounts.push_back(account);
  config.api.requests_per_5m = 600;
  config.poll.interval = config.poll.idle_interval = 60s;
  config.poll.active_interval = 10s;
  return config;
}

class Economy {
 public:
  explicit Economy(const EconomySettings& settings)
      : settings_(settings),
        random_(settings.seed),
        account_(settings.scripts, settings.changes * static_cast<double>(settings.scripts), settings.seed, kT0),
        ledger_(store_, {{config_.accounts[0].id, {}}}, exporter::ledger::DefaultBucketBounds()),
        plan_(config_, {0}, ledger_, observer_, [this] { return std::uniform_real_distribution<double>()(random_); }),
        uncounted_from_(settings.scripts, 1) {}

  EconomyResult Run() {
    while (!AllWalked()) RunUntil(now_ + 10min);
    RunUntil(now_ + kSettling);
    measuring_from_ = now_;
    measuring_to_ = now_ + settings_.measured;
    while (now_ < measuring_to_) {
      RunUntil(now_ + 1min);
      const auto& plan = plan_.account(0);
      result_.interval_mean += plan.EffectiveInterval(Tier::kRecent);
      result_.lag_worst = std::max(result_.lag_worst, plan.Lag(now_));
    }
    RunUntil(now_ + kPatience);
    Summarize();
    return result_;
  }

 private:
  /// The API's time.
  static Timestamp ApiTime(MonoTime now) { return kT0 + (now - kStart); }
  bool Measuring(MonoTime at) const { return measuring_from_ <= at && at < measuring_to_; }

  bool AllWalked() const {
    const auto& scripts = ledger_.account(0).scripts;
    return scripts.size() == settings_.scripts &&
           std::ranges::all_of(scripts, [this](auto id) { return ledger_.script(id).walked; });
  }

  void RunUntil(MonoTime end) {
    while (true) {
      const auto step = plan_.Next(now_);
      if (const auto* request = std::get_if<exporter::poll::Request>(&step)) {
        account_.AdvanceTo(ApiTime(now_));
        NoteRequest(request->call);
        const auto report = plan_.Complete(request->ticket, account_.Answer(request->call, ApiTime(now_)), now_);
        for (const auto id : report.changed) NoteCounts(id);
        continue;
      }
      const auto* wait = std::get_if<exporter::poll::WaitUntil>(&step);
      if (wait == nullptr || wait->at >= end) break;
      now_ = std::max(wait->at, now_ + 1ms);
    }
    now_ = end;
  }

  void NoteRequest(const exporter::poll::Call& call) {
    if (!Measuring(now_)) return;
    requests_.push_back(now_);
    if (call.collector == Collector::kLatest) looks_ += call.scripts.size();
    if (call.collector == Collector::kList) ++lists_;
  }

  /// Which builds of the script are counted by now.
  void NoteCounts(exporter::ledger::ScriptId id) {
    const auto script = static_cast<std::size_t>(std::stoul(ledger_.script(id).tag.substr(3)));
    const auto& builds = account_.builds(script);
    std::size_t& first = uncounted_from_[script];
    if (counted_.size() <= builds.back().number) counted_.resize(builds.back().number + 1000);
    for (std::size_t i = first; i < builds.size(); ++i) {
      const BuildLife& build = builds[i];
      const Uuid uuid = UuidOf(build.number);
      if (counted_[build.number] || ledger_.script(id).pending.contains(uuid) || !ledger_.Knows(id, uuid)) continue;
      counted_[build.number] = true;
      if (Measuring(kStart + (build.stopped() - kT0))) delays_.push_back(ApiTime(now_) - build.stopped());
    }
    while (first < builds.size() && counted_[builds[first].number]) ++first;
  }

  void Summarize() {
    result_.requests_worst = BusiestWindow(requests_);
    result_.interval_mean /= settings_.measured.count();
    const double windows = std::chrono::duration<double>(settings_.measured) / RequestBudget::kWindow;
    result_.requests_mean = static_cast<double>(requests_.size()) / windows;
    for (std::size_t script = 0; script < settings_.scripts; ++script) {
      for (const BuildLife& build : account_.builds(script)) {
        if (!Measuring(kStart + (build.stopped() - kT0))) continue;
        ++result_.builds;
        if (counted_.size() <= build.number || !counted_[build.number]) ++result_.uncounted;
      }
    }
    result_.lists_per_build = static_cast<double>(lists_) / static_cast<double>(result_.builds);
    result_.look_gap = milliseconds(settings_.measured) * settings_.scripts / looks_;
    std::ranges::sort(delays_);
    if (delays_.empty()) return;
    result_.delay_p50 = delays_[delays_.size() / 2];
    result_.delay_p99 = delays_[delays_.size() * 99 / 100];
    result_.delay_worst = delays_.back();
  }

  EconomySettings settings_;
  config::Config config_ = Configuration();
  std::mt19937_64 random_;
  SteadyAccount account_;
  MemoryLedgerStore store_;
  DeafObserver observer_;
  exporter::ledger::Ledger ledger_;
  exporter::poll::PollPlan plan_;

  MonoTime now_ = kStart;
  MonoTime measuring_from_ = MonoTime::max();
  MonoTime measuring_to_ = MonoTime::max();
  std::vector<MonoTime> requests_;
  std::size_t looks_ = 0;
  std::size_t lists_ = 0;
  std::vector<bool> counted_;                // by the build's number
  std::vector<std::size_t> uncounted_from_;  // by script: builds before it are counted
  std::vector<milliseconds> delays_;
  EconomyResult result_;
};

}  // namespace

EconomyResult RunEconomy(const EconomySettings& settings) {
  return Economy(settings).Run();
}

}  // namespace support
