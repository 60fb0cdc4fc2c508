#include "exporter/sharding.h"

#include <charconv>
#include <string_view>

namespace exporter {
namespace {

/// The number after the last hyphen; -1 when there is none.
int OrdinalOf(std::string_view pod_name) {
  const std::string_view digits = pod_name.substr(pod_name.rfind('-') + 1);
  int ordinal = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), ordinal);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  return whole && digits.size() != pod_name.size() ? ordinal : -1;
}

}  // namespace

tl::expected<ledger::Shard, std::string> ShardOf(const CommandLine& command_line, const char* pod_name) {
  const int total = command_line.shard_total;
  if (command_line.shard_index) return ledger::Shard{*command_line.shard_index, total};
  if (total == 1) return ledger::Shard{};
  const std::string flag = "--shard.total=" + std::to_string(total);
  if (pod_name == nullptr || *pod_name == '\0') {
    return tl::unexpected(flag +
                          " needs to know which shard this is: set --shard.index, or POD_NAME to the name of a "
                          "StatefulSet's pod");
  }
  const int ordinal = OrdinalOf(pod_name);
  if (ordinal < 0 || ordinal >= total) {
    return tl::unexpected("POD_NAME: '" + std::string(pod_name) + "' does not end in a hyphen and a number from 0 to " +
                          std::to_string(total - 1) + ", as " + flag + " needs it: set --shard.index");
  }
  return ledger::Shard{ordinal, total};
}

tl::expected<void, std::string> TakePart(config::Config& config, ledger::Shard shard) {
  if (shard.alone()) return {};
  if (!config.state.baseline) {
    return tl::unexpected("state.baseline: needed with --shard.total=" + std::to_string(shard.total) +
                          ": when scripts move to another shard, it reads them back to that instant, the same on all "
                          "of them");
  }
  if (config.api.requests_per_5m < shard.total) {
    return tl::unexpected("api.requests_per_5m: " + std::to_string(config.api.requests_per_5m) +
                          " cannot be divided among the shards of --shard.total=" + std::to_string(shard.total) +
                          ": each needs at least one");
  }
  config.api.requests_per_5m /= shard.total;
  return {};
}

}  // namespace exporter
