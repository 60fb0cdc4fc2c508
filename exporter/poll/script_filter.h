#pragma once

#include <string>
#include <vector>

#include "client/script.h"
#include "config/config.h"
#include "exporter/patterns.h"

namespace exporter::poll {

/// Which scripts of an account are watched, by config::ScriptSelection. The patterns have been checked by the loader.
class ScriptFilter {
 public:
  explicit ScriptFilter(const config::ScriptSelection& selection);

  /// The watched scripts of a discovery answer, and the watched tags that it does not have (with an empty name).
  std::vector<workers_builds::Script> Select(const std::vector<workers_builds::Script>& discovered) const;

 private:
  Patterns include_;
  Patterns exclude_;
  std::vector<std::string> tags_;
};

}  // namespace exporter::poll
