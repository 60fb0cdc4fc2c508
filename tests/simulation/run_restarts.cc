// How the exporter of a Run ends and starts.
#include <algorithm>
#include <ostream>

#include "tests/simulation/run.h"

namespace simulation {

using std::chrono::hours;
using std::chrono::minutes;

void Run::Start() {
  if (!store_) {
    store_ = std::make_unique<WatchedStore>(
        [this] { return api_.CommitFails(now_); },
        [this](const exporter::ledger::BuildRow* before, const exporter::ledger::BuildRow& row, bool late) {
          rows_.push_back({before == nullptr ? std::nullopt : std::optional(*before), row, late});
        });
  }
  watcher_ = std::make_unique<Watcher>(result_.coverage, changed_);
  core_ = std::make_unique<exporter::Core>(seed_.config, seed_.tokens, *store_, *watcher_,
                                           [this] { return chance_.Uniform(); });
  if (const auto loaded = core_->Load(MonoNow(), WallNow()); !loaded) {
    Violation("the state cannot be loaded: " + loaded.error());
  }
  api_.ExporterStarted();
  CheckRows();
  // All that is known is on the first page.
  for (std::uint32_t account = 0; account < seed_.accounts.size(); ++account) {
    const auto& scripts = core_->ledger().account(account).scripts;
    changed_.insert(scripts.begin(), scripts.end());
  }
}

bool Run::MomentHasCome(const Restart& restart) const {
  switch (restart.moment) {
    case RestartMoment::kAnyTime:
      return true;
    case RestartMoment::kBeforeShow:
      return !changed_.empty();
    case RestartMoment::kInFlight:
      return !pending_.empty();
    case RestartMoment::kInWalk:
      break;
  }
  return !pending_.empty() && pending_.top().request.call.collector == exporter::poll::Collector::kList;
}

void Run::MaybeRestart() {
  if (next_restart_ >= seed_.restarts.size() || !result_.violations.empty()) return;
  const Restart& restart = seed_.restarts[next_restart_];
  // A moment that does not come is not waited for all day.
  if (now_ < restart.at || (!MomentHasCome(restart) && now_ < restart.at + hours(2))) return;
  ++next_restart_;
  Crash(restart);
}

void Run::Crash(const Restart& restart) {
  Coverage& coverage = result_.coverage;
  const auto moment = MomentHasCome(restart) ? restart.moment : RestartMoment::kAnyTime;
  ++coverage.restarts[static_cast<std::size_t>(moment)];
  ++(restart.keeps_state ? coverage.restarts_with_state : coverage.restarts_without_state);
  if (log_ != nullptr) {
    *log_ << "  " << now_.count() / 1000 << " s: restart " << ToWord(moment) << ", "
          << (restart.keeps_state ? "with" : "without") << " state, down for " << restart.down.count() / 1000 << " s"
          << (store_->behind() ? ", commits are missing" : "") << "\n";
  }
  if (moment == RestartMoment::kAnyTime) Show();
  core_.reset();
  pending_ = {};
  changed_.clear();
  troubles_.Add(now_, now_ + restart.down + minutes(10));
  if (!restart.keeps_state) {
    store_.reset();
    world_.ForgetDeletedScripts();
    shown_.Forget();
    last_page_.reset();
    settled_.clear();
    for (RequestWindow& window : windows_) window.StartWithoutState(now_ + restart.down);
  } else if (store_->behind()) {
    ++coverage.restarts_with_failed_commits;
    shown_.Forget();
    last_page_.reset();
  }
  now_ += restart.down;
  Start();
}

}  // namespace simulation
