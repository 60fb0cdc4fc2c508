#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/faults.h"

namespace simulation {

/// When the exporter could not be expected to know the news. Instants are times since the start of the run.
class Troubles {
 public:
  /// `tag` empty: trouble with everything; else with one script.
  void Add(milliseconds from, milliseconds to, std::string tag = {}) { spans_.push_back({from, to, std::move(tag)}); }

  /// An exporter that has seen no build of the script heard that there is none, and has to believe it.
  void Deny(const std::string& tag, milliseconds at) { denied_[tag] = at; }
  /// Since when a build of the script that was there before all the time is there to see; empty: all the time.
  std::optional<milliseconds> DeniedAt(const std::string& tag) const {
    const auto found = denied_.find(tag);
    return found == denied_.end() ? std::nullopt : std::optional(found->second);
  }

  bool CalmAt(milliseconds at) const {
    return std::ranges::none_of(spans_,
                                [at](const Span& span) { return span.tag.empty() && span.from <= at && at < span.to; });
  }

  /// Since when news of the script can be out at `at`, when they wait no longer than `patience` in calm times.
  milliseconds NewsSince(milliseconds at, milliseconds patience, const std::string& tag) const {
    milliseconds since = at - patience;
    for (bool moved = true; moved;) {
      moved = false;
      for (const Span& span : spans_) {
        if (!span.tag.empty() && span.tag != tag) continue;
        if (span.from > at || since >= span.to || since <= span.from - patience) continue;
        since = span.from - patience;
        moved = true;
      }
    }
    return since;
  }

 private:
  struct Span {
    milliseconds from;
    milliseconds to;
    std::string tag;
  };
  std::vector<Span> spans_;
  std::map<std::string, milliseconds> denied_;  // by tag
};

}  // namespace simulation
