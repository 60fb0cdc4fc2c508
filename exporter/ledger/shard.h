#pragma once

#include <string>
#include <string_view>

namespace exporter::ledger {

/// One of `total` exporters that share the scripts of their accounts.
struct Shard {
  /// From 0.
  int index = 0;
  int total = 1;

  /// Whether the script with this tag is this shard's. Each script has one owner, by rendezvous hash: when `total`
  /// changes, only the scripts of shards that come or go move. The same in every version and on every machine.
  bool Owns(std::string_view tag) const;
  bool alone() const { return total == 1; }

  bool operator==(const Shard&) const = default;
};

/// `I/N`, the value of the label `shard`.
std::string ToText(Shard shard);

}  // namespace exporter::ledger
