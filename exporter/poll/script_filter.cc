#include "exporter/poll/script_filter.h"

#include <unordered_set>

namespace exporter::poll {

ScriptFilter::ScriptFilter(const config::ScriptSelection& selection)
    : include_(selection.include), exclude_(selection.exclude), tags_(selection.tags) {}

std::vector<workers_builds::Script> ScriptFilter::Select(const std::vector<workers_builds::Script>& discovered) const {
  std::vector<workers_builds::Script> watched;
  std::unordered_set<std::string> missing(tags_.begin(), tags_.end());
  for (const auto& script : discovered) {
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
