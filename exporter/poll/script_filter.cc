#include "exporter/poll/script_filter.h"

#include <algorithm>
#include <iterator>

namespace exporter::poll {

ScriptFilter::ScriptFilter(const config::ScriptSelection& selection, ledger::Shard shard)
    : shard_(shard),
      include_(selection.include),
      exclude_(selection.exclude),
      all_tags_(selection.tags.begin(), selection.tags.end()) {
  std::ranges::copy_if(selection.tags, std::back_inserter(tags_), [&](const auto& tag) { return shard_.Owns(tag); });
}

ScriptFilter::Selection ScriptFilter::Select(const std::vector<workers_builds::Script>& discovered) const {
  Selection selection;
  std::unordered_set<std::string> missing(tags_.begin(), tags_.end());
  for (const auto& script : discovered) {
    missing.erase(script.tag);
    const bool named = include_.AnyMatches(script.name) && !exclude_.AnyMatches(script.name);
    if (!named && !all_tags_.contains(script.tag)) continue;
    if (shard_.Owns(script.tag)) {
      selection.watched.push_back(script);
    } else {
      selection.names_elsewhere.insert(script.name);
    }
  }
  for (const auto& tag : tags_) {
    if (missing.erase(tag) > 0) selection.watched.push_back({.name = "", .tag = tag});
  }
  return selection;
}

}  // namespace exporter::poll
