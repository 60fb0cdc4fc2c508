#include "exporter/poll/script_filter.h"

#include <re2/re2.h>

#include <algorithm>

namespace exporter::poll {

struct ScriptFilter::Patterns {
  std::vector<std::unique_ptr<RE2>> include;
  std::vector<std::unique_ptr<RE2>> exclude;

  static bool AnyMatches(const std::vector<std::unique_ptr<RE2>>& patterns, const std::string& name) {
    return std::ranges::any_of(patterns, [&name](const auto& pattern) { return RE2::FullMatch(name, *pattern); });
  }
};

ScriptFilter::ScriptFilter(const config::ScriptSelection& selection)
    : patterns_(std::make_unique<Patterns>()), tags_(selection.tags) {
  for (const auto& pattern : selection.include) patterns_->include.push_back(std::make_unique<RE2>(pattern));
  for (const auto& pattern : selection.exclude) patterns_->exclude.push_back(std::make_unique<RE2>(pattern));
}

ScriptFilter::~ScriptFilter() = default;
ScriptFilter::ScriptFilter(ScriptFilter&&) noexcept = default;

std::vector<workers_builds::Script> ScriptFilter::Select(const std::vector<workers_builds::Script>& discovered) const {
  std::vector<workers_builds::Script> watched;
  std::unordered_set<std::string> missing(tags_.begin(), tags_.end());
  for (const auto& script : discovered) {
    const bool listed = missing.erase(script.tag) > 0;
    const bool selected =
        Patterns::AnyMatches(patterns_->include, script.name) && !Patterns::AnyMatches(patterns_->exclude, script.name);
    if (listed || selected) watched.push_back(script);
  }
  for (const auto& tag : tags_) {
    if (missing.erase(tag) > 0) watched.push_back({.name = "", .tag = tag});
  }
  return watched;
}

}  // namespace exporter::poll
