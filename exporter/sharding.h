#pragma once

#include <string>
#include <tl/expected.hpp>

#include "config/config.h"
#include "exporter/command_line.h"
#include "exporter/ledger/shard.h"

/// What it means to be one of several exporters that share the scripts of their accounts.
namespace exporter {

/// Which one this is. `pod_name` may be null; a StatefulSet's pods are called NAME-ORDINAL. An error says what to set.
tl::expected<ledger::Shard, std::string> ShardOf(const CommandLine& command_line, const char* pod_name);

/// Leaves the configuration with this shard's part of the request budget. Shards need a baseline that is configured: an
/// error says so.
tl::expected<void, std::string> TakePart(config::Config& config, ledger::Shard shard);

}  // namespace exporter
