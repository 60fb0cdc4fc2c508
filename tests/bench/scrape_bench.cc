#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/scrape_reader.h"

namespace bench {
namespace {

using std::chrono::steady_clock;

constexpr std::uint64_t kFewest = 5;
constexpr std::uint64_t kMost = 20'000;

double SecondsSince(steady_clock::time_point begin) {
  return std::chrono::duration<double>(steady_clock::now() - begin).count();
}

/// What the process has used of the processors, in user and kernel mode.
double CpuSecondsOf(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string text;
  std::getline(file, text);
  // The name, in parentheses, may hold anything; after it the times are the 12th and 13th field (proc(5)).
  std::istringstream fields(text.substr(std::min(text.rfind(')') + 1, text.size())));
  std::string field;
  for (int i = 0; i < 11; ++i) fields >> field;
  double user = 0;
  double system = 0;
  if (!(fields >> user >> system)) Fail("there is no process " + pid);
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::uint64_t ResidentKibibytesOf(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/status");
  for (std::string field; file >> field;) {
    if (field != "VmRSS:") continue;
    std::uint64_t kibibytes = 0;
    file >> kibibytes;
    return kibibytes;
  }
  Fail("there is no process " + pid);
}

struct Measurement {
  /// Sorted.
  std::vector<double> seconds;
  double elapsed = 0;
  std::uint64_t bytes = 0;
};

/// So many readers, each of which begins the next scrape when it has the last one.
Measurement Measure(const std::string& url, const std::string& encoding, std::size_t readers, double duration) {
  Measurement all;
  // The first scrape may make what the later ones find.
  all.bytes = ScrapeReader(url, encoding).Scrape();
  std::vector<std::vector<double>> seconds(readers);
  std::atomic<std::uint64_t> begun = 0;
  const auto begin = steady_clock::now();
  {
    std::vector<std::jthread> threads;
    for (std::vector<double>& mine : seconds) {
      threads.emplace_back([&] {
        ScrapeReader reader(url, encoding);
        while (true) {
          const std::uint64_t before = begun++;
          if (before >= kMost || (before >= kFewest && SecondsSince(begin) >= duration)) return;
          const auto sent = steady_clock::now();
          reader.Scrape();
          mine.push_back(SecondsSince(sent));
        }
      });
    }
  }
  all.elapsed = SecondsSince(begin);
  for (const auto& some : seconds) all.seconds.insert(all.seconds.end(), some.begin(), some.end());
  std::sort(all.seconds.begin(), all.seconds.end());
  return all;
}

}  // namespace
}  // namespace bench

/// Scrapes one server in one way and prints a line of fields with tabs between them: name, encoding, readers, scrapes,
/// bytes of a body, seconds a scrape (median, mean, worst), scrapes a second of all readers, CPU seconds of the server
/// a scrape, its resident KiB afterwards.
int main(int argc, char** argv) {
  if (argc != 7) {
    std::fputs("usage: scrape_bench NAME PID URL ENCODING READERS SECONDS\n", stderr);
    return 2;
  }
  const std::string pid = argv[2];
  const double cpu_before = bench::CpuSecondsOf(pid);
  const bench::Measurement all =
      bench::Measure(argv[3], argv[4], std::strtoull(argv[5], nullptr, 10), std::strtod(argv[6], nullptr));
  const double cpu = bench::CpuSecondsOf(pid) - cpu_before;
  const auto scrapes = static_cast<double>(all.seconds.size());
  std::printf("%s\t%s\t%s\t%zu\t%llu\t%.6f\t%.6f\t%.6f\t%.3f\t%.6f\t%llu\n", argv[1], argv[4], argv[5],
              all.seconds.size(), static_cast<unsigned long long>(all.bytes), all.seconds[all.seconds.size() / 2],
              std::accumulate(all.seconds.begin(), all.seconds.end(), 0.0) / scrapes, all.seconds.back(),
              scrapes / all.elapsed, cpu / (scrapes + 1),
              static_cast<unsigned long long>(bench::ResidentKibibytesOf(pid)));
}
