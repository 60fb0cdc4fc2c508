#include "exporter/core.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "exporter/metrics/account_samples.h"
#include "exporter/metrics/script_samples.h"

namespace exporter {
namespace {

std::vector<ledger::AccountSettings> LedgerAccounts(const config::Config& config) {
  std::vector<ledger::AccountSettings> accounts;
  for (const config::Account& account : config.accounts) accounts.push_back({account.id, config.state.baseline});
  return accounts;
}

}  // namespace

ledger::BucketBounds BoundsOf(const config::Buckets& buckets) {
  ledger::BucketBounds bounds = ledger::DefaultBucketBounds();
  const auto take = [](std::vector<ledger::milliseconds>& into, const std::vector<double>& seconds) {
    if (seconds.empty()) return;
    into.clear();
    for (const double bound : seconds) into.push_back(ledger::milliseconds(std::llround(bound * 1000)));
  };
  take(bounds.queue, buckets.queue);
  take(bounds.init, buckets.init);
  take(bounds.run, buckets.run);
  take(bounds.elapsed, buckets.elapsed);
  return bounds;
}

Core::Core(const config::Config& config, const std::vector<std::size_t>& tokens, ledger::LedgerStore& store,
           poll::PollObserver& observer, const poll::Jitter& jitter)
    : config_(config),
      ledger_(store, LedgerAccounts(config), BoundsOf(config.metrics.buckets)),
      plan_(config, tokens, ledger_, observer, jitter),
      shown_up_(config.accounts.size(), false) {
  for (ledger::AccountIndex account = 0; account < config.accounts.size(); ++account) {
    births_.Observe(account, ledger_.account(account), config.state.baseline.has_value(), {});
  }
}

void Core::Complete(const poll::Request& request, const poll::CallResult& result, poll::MonoTime now) {
  const auto report = plan_.Complete(request.ticket, result, now);
  const bool baseline_configured = config_.state.baseline.has_value();
  const auto was_looked_at = [this](ledger::ScriptId id) { return id < looked_at_.size() && looked_at_[id]; };
  for (const ledger::ScriptId id : report.changed) {
    const ledger::ScriptHistory& script = ledger_.script(id);
    const bool first_page = !baseline_configured && script.news_from == ledger_.account(script.account).started;
    births_.Observe(script, first_page && !was_looked_at(id), now);
  }
  if (request.call.collector == poll::Collector::kLatest && result.payload) {
    for (const ledger::ScriptId id : request.call.scripts) {
      if (looked_at_.size() <= id) looked_at_.resize(id + 1, false);
      looked_at_[id] = true;
    }
  }
  const ledger::AccountIndex account = request.call.account;
  births_.Observe(account, ledger_.account(account), baseline_configured, now);
  changed_ = changed_ || !report.changed.empty() || request.call.collector == poll::Collector::kDiscovery ||
             request.call.collector == poll::Collector::kLimits;
}

bool Core::Changed(poll::MonoTime now) {
  if (births_.Release(now)) changed_ = true;
  for (ledger::AccountIndex account = 0; account < shown_up_.size(); ++account) {
    const bool up = plan_.account(account).Up(now);
    if (up != shown_up_[account]) changed_ = true;
    shown_up_[account] = up;
  }
  return changed_;
}

Core::Rendering Core::Render(poll::MonoTime now) {
  metrics::FamilyTexts texts;
  for (ledger::AccountIndex account = 0; account < config_.accounts.size(); ++account) {
    const config::Account& settings = config_.accounts[account];
    for (const ledger::ScriptId id : ledger_.account(account).scripts) {
      const ledger::ScriptHistory& script = ledger_.script(id);
      if (script.present) metrics::WriteScript(settings.name, script, births_.script(id), now, texts);
    }
    const poll::AccountPlan& plan = plan_.account(account);
    metrics::WriteAccount(settings, ledger_, account, {plan.Up(now), plan.limits(), plan.ApiTime(now)},
                          births_.account(account), now, texts);
  }
  Rendering rendering;
  rendering.page = exposition::RenderPage(texts);
  for (std::size_t family = 0; family < texts.size(); ++family) {
    rendering.series[family] = std::count(texts[family].begin(), texts[family].end(), '\n');
  }
  for (const auto& piece : rendering.page->text) rendering.bytes += piece->size();
  changed_ = false;
  return rendering;
}

}  // namespace exporter
