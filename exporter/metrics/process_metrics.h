#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/exposition/format.h"
#include "exporter/metrics/family_selection.h"

/// The `process_*` metrics that every Prometheus client library has, from Linux' /proc (proc(5)).
namespace exporter::metrics {

/// What is empty could not be read and has no sample.
struct ProcessUsage {
  std::optional<double> cpu_seconds;
  std::optional<std::int64_t> resident_bytes;
  std::optional<std::int64_t> virtual_bytes;
  std::optional<std::int64_t> threads;
  /// Since 1970.
  std::optional<double> start_time_seconds;
  std::optional<std::int64_t> open_fds;
  /// +Inf where there is no limit.
  std::optional<double> max_fds;
};

/// The line of `/proc/<pid>/stat`, in the units of the kernel.
struct ProcessStat {
  std::int64_t user_ticks = 0;
  std::int64_t system_ticks = 0;
  std::int64_t threads = 0;
  std::int64_t start_ticks = 0;  // since boot
  std::int64_t virtual_bytes = 0;
  std::int64_t resident_pages = 0;

  bool operator==(const ProcessStat&) const = default;
};

/// Empty when the text is not such a line.
std::optional<ProcessStat> ParseProcessStat(std::string_view text);

/// `btime` of `/proc/stat`: when the system started, in seconds since 1970.
std::optional<std::int64_t> ParseBootTime(std::string_view text);

/// Of this process, now.
ProcessUsage ReadProcessUsage();

inline constexpr std::array<std::string_view, 7> kProcessFamilies{"process_cpu_seconds_total",
                                                                  "process_max_fds",
                                                                  "process_open_fds",
                                                                  "process_resident_memory_bytes",
                                                                  "process_start_time_seconds",
                                                                  "process_threads",
                                                                  "process_virtual_memory_bytes"};

/// Those of the families that are shown, in alphabetical order.
void AppendProcessMetrics(std::string& out, exposition::Format format, const FamilySelection& shown,
                          const ProcessUsage& usage);

}  // namespace exporter::metrics
