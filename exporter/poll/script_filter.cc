#include "exporter/poll/script_filter.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>

namespace exporter::poll {

ScriptFilter::ScriptFilter(const config::ScriptSelection& selection, ledger::Shard shard)
    : shard_(shard), include_(selection.include), exclude_(selection.exclude) {
  std::ranges::copy_if(selection.tags, std::back_inserter(tags_), [&](const auto& tag) { return shard_.Owns(tag); });
}

std::vector<workers_builds::Script> ScriptFilter::Select(const std::vector<workers_builds::Script>& discovered) const {
  std::vector<workers_builds::Script> watched;
  std::unordered_set<std::string> missing(tags_.begin(), tags_.end());
  for (const auto& script : discovered) {
    if (!shard_.Owns(script.tag)) continue;
    const bool listed = missing.erase(script.tag) > 0;
    const bool selected = include_.AnyMatches(script.name) && !exclude_.AnyMatches(script.name);
    if (listed || selected) watched.push_back(script);
  }
  for (const auto& tag : tags_) {
    if (missing.erase(tag) > 0) watched.push_back({.name = "", .tag = tag});
  }
  return watched;
}

}  // namespace exporter::poll
