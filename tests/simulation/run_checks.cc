// What must be so at every step of a Run.
#include <algorithm>
#include <ostream>
#include <sstream>
#include <utility>

#include "exporter/metrics/catalogue.h"
#include "exporter/metrics/metric_table.h"
#include "tests/simulation/recount.h"
#include "tests/simulation/run.h"
#include "tests/simulator/truth.h"

namespace simulation {

using exporter::ledger::BranchClass;
using exporter::ledger::BuildRow;
using exporter::ledger::Index;
using exporter::poll::Tier;
using std::chrono::hours;
using std::chrono::minutes;

void Run::Violation(const std::string& what) {
  std::ostringstream text;
  const auto seconds = now_.count() / 1000;
  text << seconds / 3600 << " h " << seconds / 60 % 60 << " min " << seconds % 60 << " s: " << what;
  result_.violations.push_back(text.str());
}

void Run::NoteTroubles() {
  // The first discovery, the first walks.
  troubles_.Add(milliseconds(0), minutes(30));
  for (const Disturbance& disturbance : seed_.disturbances) {
    switch (disturbance.fault) {
      case Fault::kUnknownInLatest:
      case Fault::kUnknownInList:
        // The pauses of a script that is refused double, up to an hour.
        for (const auto& account : world_.accounts()) {
          const auto& scripts = account.scripts();
          const auto index = static_cast<std::size_t>(disturbance.script * static_cast<double>(scripts.size()));
          troubles_.Add(disturbance.from, disturbance.to + minutes(75), scripts[index].tag);
        }
        break;
      case Fault::kClockSkew:
      case Fault::kDuplicates:
      case Fault::kReversedPage:
      case Fault::kDrift:
      case Fault::kLateRow:
      case Fault::kVanished:
        break;
      default:
        troubles_.Add(disturbance.from, disturbance.to + minutes(15));
        break;
    }
  }
}

milliseconds Run::Patience() const {
  milliseconds longest{0};
  for (std::uint32_t account = 0; account < seed_.accounts.size(); ++account) {
    longest = std::max(longest, core_->plan().account(account).EffectiveInterval(Tier::kIdle));
  }
  return 2 * longest + seed_.config.poll.discovery_interval + minutes(15);
}

void Run::CheckRows() {
  if (!rows_.empty()) TakeRows();
  // An answer that shows nothing new can settle what is known.
  const exporter::ledger::Ledger& ledger = core_->ledger();
  for (std::uint32_t account = 0; account < seed_.accounts.size(); ++account) {
    for (const exporter::ledger::ScriptId id : ledger.account(account).scripts) {
      settled_.resize(std::max<std::size_t>(settled_.size(), id + 1));
      settled_[id] = ledger.script(id).classes[Index(BranchClass::kProduction)].settled_success;
    }
  }
}

void Run::TakeRows() {
  const exporter::ledger::Ledger& ledger = core_->ledger();
  RowChecks::Moment moment{.at = now_,
                           .api_time = ApiNow(),
                           .patience = Patience(),
                           .patience_for_late_rows = seed_.config.poll.audit_interval + hours(2)};
  for (const Row& row : std::exchange(rows_, {})) {
    moment.committed_late = row.committed_late;
    row_checks_.Take(row.before, row.now, ledger, moment);
    settled_.resize(std::max<std::size_t>(settled_.size(), row.now.script + 1));
    const auto& settled = settled_[row.now.script];
    if (row.now.final() && !(row.before && row.before->final()) && row.now.branch_class == BranchClass::kProduction &&
        settled && *row.now.stopped <= *settled) {
      episode_is_late_[ledger.script(row.now.script).account] = true;
    }
  }
  ++result_.coverage.commits;
}

void Run::CheckLag() {
  if (!troubles_.CalmAt(now_)) return;
  for (std::uint32_t account = 0; account < seed_.accounts.size(); ++account) {
    const auto& plan = core_->plan().account(account);
    const milliseconds lag = plan.Lag(MonoNow());
    result_.longest_overdue = std::max(result_.longest_overdue, lag);
    const milliseconds allowed = plan.EffectiveInterval(Tier::kIdle) + hours(1);
    if (lag <= allowed) continue;
    Violation("account " + seed_.accounts[account].name + " has work that is overdue by " +
              std::to_string(lag.count() / 1000) + " s in calm times, no more than " +
              std::to_string(allowed.count() / 1000) + " s can be explained");
    return;
  }
}

void Run::CheckRendering(const exporter::exposition::Page& page) {
  exporter::metrics::MetricTable anew(seed_.config, core_->ledger());
  for (std::uint32_t account = 0; account < seed_.accounts.size(); ++account) {
    for (const exporter::ledger::ScriptId id : core_->ledger().account(account).scripts) anew.UpdateScript(id);
  }
  const auto whole = anew.Render();
  const auto text_of = [](const exporter::exposition::FamilyPage* family) {
    std::string text;
    for (const auto format : exporter::exposition::kFormats) {
      if (family == nullptr) continue;
      family->in(format).samples->ForEachPiece([&](const auto& piece) { text += *piece.text; });
    }
    return text;
  };
  for (const auto& info : exporter::metrics::Catalogue()) {
    if (info.group != exporter::metrics::Group::kScriptClass && info.group != exporter::metrics::Group::kScript)
      continue;
    if (text_of(page.family(info.family)) == text_of(whole->family(info.family))) continue;
    Violation("the page has old samples of " + std::string(info.name));
  }
}

void Run::CheckPage() {
  const auto rendered = core_->Render(MonoNow());
  CheckRendering(*rendered);
  auto page = support::SamplesOf(
      *rendered, [this](const std::string& line) { Violation("this series stands twice on the page: " + line); });
  ++result_.coverage.pages_compared;
  last_page_ = std::move(page);
  std::unordered_set<exporter::ledger::ScriptId> all;
  for (std::uint32_t account = 0; account < seed_.accounts.size(); ++account) {
    const auto& scripts = core_->ledger().account(account).scripts;
    all.insert(scripts.begin(), scripts.end());
  }
  shown_.Take(core_->ledger(), all);
  if (store_->behind()) return;
  ++result_.coverage.recounts;
  Recount(core_->ledger(), seed_.accounts.size(), *store_, [this](const std::string& what) { Violation(what); });
}

void Run::CheckTruth() {
  CheckPage();
  std::vector<simulator::Series> truth;
  for (std::uint32_t account = 0; account < seed_.accounts.size(); ++account) {
    const auto& baseline = core_->ledger().account(account).baseline;
    if (!baseline) {
      Violation("account " + seed_.accounts[account].name + " has no baseline");
      continue;
    }
    world_.ForgetNeedlessHistory(account, *baseline, *store_);
    const auto of_account = simulator::TruthOf(world_.accounts()[account], *baseline);
    truth.insert(truth.end(), of_account.begin(), of_account.end());
  }
  const auto passed = [this](const std::string& series) {
    if (!series.starts_with("cloudflare_workers_builds_failure_episode_seconds")) return false;
    for (std::size_t account = 0; account < seed_.accounts.size(); ++account) {
      const std::string label = "account=\"" + seed_.accounts[account].name + "\"";
      if (series.find(label) != std::string::npos) return static_cast<bool>(episode_is_late_[account]);
    }
    return false;
  };
  for (const std::string& difference : support::DifferencesFrom(truth, *last_page_, passed)) {
    Violation("at the end " + difference);
  }
}

}  // namespace simulation
