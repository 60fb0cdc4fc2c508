#pragma once

#include <string>
#include <unordered_set>
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

  struct Selection {
    /// This shard's scripts of a discovery answer, and the watched tags that it does not have (with an empty name).
    std::vector<workers_builds::Script> watched;
    /// The names of scripts that other shards watch.
    std::unordered_set<std::string> names_elsewhere;
  };
  Selection Select(const std::vector<workers_builds::Script>& discovered) const;

 private:
  ledger::Shard shard_;
  Patterns include_;
  Patterns exclude_;
  std::unordered_set<std::string> all_tags_;
  std::vector<std::string> tags_;  // this shard's
};

}  // namespace exporter::poll
