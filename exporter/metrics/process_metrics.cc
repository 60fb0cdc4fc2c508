#include "exporter/metrics/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include "exporter/exposition/text_format.h"

namespace exporter::metrics {
namespace {

std::string ReadFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string_view NextWord(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(" \n"));
  text.remove_prefix(word.size());
  return word;
}

std::optional<std::int64_t> ParseInteger(std::string_view word) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> CountOpenFds() {
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc/self/fd", error);
  if (error) return std::nullopt;
  std::int64_t count = -1;  // the directory itself is open while it is read
  for (; entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (error) return std::nullopt;
    ++count;
  }
  return count;
}

std::optional<double> MaxFds() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::nullopt;
  if (limit.rlim_cur == RLIM_INFINITY) return std::numeric_limits<double>::infinity();
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

std::optional<ProcessStat> ParseProcessStat(std::string_view text) {
  // The second field is the program's name in parentheses and may hold anything, also parentheses and spaces.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  text.remove_prefix(name_end + 1);
  NextWord(text);                                       // field 3, a letter
  std::array<std::optional<std::int64_t>, 25> field{};  // by their numbers in proc(5)
  for (std::size_t number = 4; number < field.size(); ++number) field[number] = ParseInteger(NextWord(text));
  for (const std::size_t number : {14, 15, 20, 22, 23, 24}) {
    if (!field[number]) return std::nullopt;
  }
  return ProcessStat{.user_ticks = *field[14],
                     .system_ticks = *field[15],
                     .threads = *field[20],
                     .start_ticks = *field[22],
                     .virtual_bytes = *field[23],
                     .resident_pages = *field[24]};
}

std::optional<std::int64_t> ParseBootTime(std::string_view text) {
  constexpr std::string_view kKey = "\nbtime ";
  const std::size_t at = text.find(kKey);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + kKey.size());
  return ParseInteger(NextWord(text));
}

ProcessUsage ReadProcessUsage() {
  ProcessUsage usage;
  usage.open_fds = CountOpenFds();
  usage.max_fds = MaxFds();
  const auto stat = ParseProcessStat(ReadFile("/proc/self/stat"));
  if (!stat) return usage;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  usage.cpu_seconds = static_cast<double>(stat->user_ticks + stat->system_ticks) / ticks;
  usage.threads = stat->threads;
  usage.virtual_bytes = stat->virtual_bytes;
  usage.resident_bytes = stat->resident_pages * sysconf(_SC_PAGESIZE);
  // Read once: the kernel's boot time moves by a second when the clock is set, the start of a process does not.
  static const std::optional<std::int64_t> kBootTime = ParseBootTime(ReadFile("/proc/stat"));
  if (kBootTime) {
    usage.start_time_seconds = static_cast<double>(*kBootTime) + static_cast<double>(stat->start_ticks) / ticks;
  }
  return usage;
}

void AppendProcessMetrics(std::string& out, exposition::Format format, const FamilySelection& shown,
                          const ProcessUsage& usage) {
  const auto append = [&](const exposition::FamilyHeader& header, const auto& value) {
    if (!value || !shown.Shows(header.name)) return;
    AppendHeader(out, format, header);
    exposition::AppendSample(out, header.name, "", *value);
  };
  append({"process_cpu_seconds_total", "counter", "seconds", "User and system CPU time spent."}, usage.cpu_seconds);
  append({"process_max_fds", "gauge", "", "Most file descriptors that may be open."}, usage.max_fds);
  append({"process_open_fds", "gauge", "", "Open file descriptors."}, usage.open_fds);
  append({"process_resident_memory_bytes", "gauge", "bytes", "Memory that is resident."}, usage.resident_bytes);
  append({"process_start_time_seconds", "gauge", "seconds", "When the process started, in seconds since 1970."},
         usage.start_time_seconds);
  append({"process_threads", "gauge", "", "Threads of the process."}, usage.threads);
  append({"process_virtual_memory_bytes", "gauge", "bytes", "Virtual memory that is mapped."}, usage.virtual_bytes);
}

}  // namespace exporter::metrics
