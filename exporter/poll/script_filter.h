#pragma once

#include <string>
#include <vector>

#include "client/script.h"
#include "config/config.h"
#include "exporter/ledger/shard.h"
#include "exporter/patterns.h"

namespace exporter::poll {

/// Which scripts of an account this shard watches, by config::ScriptSelection. The patterns have been checked by the
/// loader.
class ScriptFilter {
 public:
  explicit ScriptFilter(const config::ScriptSelection& selection, ledger::Shard shard = {});

  /// Its scripts of a discovery answer, and the watched tags that it does not have (with an empty name).
  std::vector<workers_builds::Script> Select(const std::vector<workers_builds::Script>& discovered) const;

 private:
  ledger::Shard shard_;
  Patterns include_;
  Patterns exclude_;
  std::vector<std::string> tags_;  // this shard's
};

}  // namespace exporter::poll
