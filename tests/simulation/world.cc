#include "tests/simulation/world.h"

#include <algorithm>
#include <utility>

namespace simulation {

using simulator::Instant;
using simulator::Script;
using simulator::SimulatedAccount;

World::World(const Seed& seed) : seed_(seed), changes_(seed.changes) {
  for (const simulator::AccountScenario& scenario : seed.accounts) {
    accounts_.emplace_back(scenario, seed.number, Instant(kStart));
  }
}

void World::AdvanceTo(milliseconds at, const WatchedStore& committed) {
  for (; next_arrival_ < seed_.arrivals.size() && seed_.arrivals[next_arrival_].at <= at; ++next_arrival_) {
    const Arrival& arrival = seed_.arrivals[next_arrival_];
    SimulatedAccount& account = accounts_[arrival.account];
    account.AdvanceTo(kStart + arrival.at);
    const Script* script = Pick(account, arrival.script, true);
    if (script == nullptr) continue;
    simulator::Submission build = arrival.build;
    build.script = script->tag;
    (void)account.Submit(build);
  }
  for (SimulatedAccount& account : accounts_) account.AdvanceTo(kStart + at);
  for (std::size_t i = 0; i < changes_.size();) {
    if (changes_[i].at > at) {
      ++i;
      continue;
    }
    Change change = changes_[i];
    if (at < seed_.length && !Make(change, committed)) {
      changes_[i++].at = at + std::chrono::minutes(1);
      continue;
    }
    changes_.erase(changes_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

const Script* World::Pick(const SimulatedAccount& account, double share, bool connected) const {
  std::vector<const Script*> there;
  for (const Script& script : account.scripts()) {
    if (!script.deleted && (script.habits.connected || !connected)) there.push_back(&script);
  }
  if (there.empty()) return nullptr;
  return there[static_cast<std::size_t>(share * static_cast<double>(there.size()))];
}

bool World::Make(const Change& change, const WatchedStore& committed) {
  SimulatedAccount& account = accounts_[change.account];
  const Script* script = Pick(account, change.script, false);
  const std::string free_name = FreeName(account);
  bool made = false;
  switch (change.kind) {
    case ChangeKind::kRename:
      made = account.Rename(script->tag, NewName()).has_value();
      break;
    case ChangeKind::kTakeName:
      made = !free_name.empty() && account.Rename(script->tag, free_name).has_value();
      break;
    case ChangeKind::kSwap: {
      const Script* other = Pick(account, 1 - change.script, false);
      if (other == script) return false;
      const std::string tag = script->tag;
      const std::string other_tag = other->tag;
      const std::string name = script->name;
      const std::string other_name = other->name;
      made = account.Rename(tag, NewName()) && account.Rename(other_tag, name) && account.Rename(tag, other_name);
      break;
    }
    case ChangeKind::kDelete:
      made = IsKnown(account, *script, committed) && account.Delete(script->tag).has_value();
      break;
    case ChangeKind::kRecreate:
      made = !free_name.empty() && account.Create({.name = free_name, .weight = {}, .typical_run = {}}).has_value();
      break;
    case ChangeKind::kCreate:
      made = account.Create({.name = NewName(), .weight = {}, .typical_run = {}}).has_value();
      break;
  }
  if (made) ++changes_made_[static_cast<std::size_t>(change.kind)];
  return made;
}

bool World::IsKnown(const SimulatedAccount& account, const Script& script, const WatchedStore& committed) const {
  return std::ranges::all_of(script.builds, [&](std::size_t index) {
    const auto row = committed.rows().find(*workers_builds::ParseUuid(account.builds()[index].uuid));
    return row != committed.rows().end() && row->second.final();
  });
}

std::string World::FreeName(const SimulatedAccount& account) const {
  for (const Script& script : account.scripts()) {
    if (script.deleted && account.FindScriptByName(script.name) == nullptr) return script.name;
  }
  return "";
}

void World::ForgetDeletedScripts() {
  for (SimulatedAccount& account : accounts_) {
    for (const Script& script : account.scripts()) {
      if (!script.deleted) continue;
      for (const std::size_t build : script.builds) account.Hide(build, Instant::max());
    }
  }
}

void World::ForgetNeedlessHistory(std::size_t index, Instant baseline, const WatchedStore& committed) {
  SimulatedAccount& account = accounts_[index];
  for (std::size_t i = 0; i < account.builds().size(); ++i) {
    const simulator::Build& build = account.builds()[i];
    if (!build.stopped_on || *build.stopped_on >= baseline) continue;
    if (!committed.rows().contains(*workers_builds::ParseUuid(build.uuid))) account.Hide(i, Instant::max());
  }
}

}  // namespace simulation
