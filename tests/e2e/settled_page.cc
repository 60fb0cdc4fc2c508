#include "tests/e2e/settled_page.h"

#include <stdexcept>

#include "tests/support/wait_until.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;

constexpr auto kDeadline = 15s;
const std::string kCompleted = "cloudflare_workers_builds_completed_total";

std::string MetricsText(const std::string& more) {
  return "metrics:\n  deny: ['process_.*', 'workers_builds_exporter_.*']\n  script_histograms: [worker-1]\n" + more;
}

void WaitFor(bool happened, const std::string& what) {
  if (!happened) throw std::runtime_error("gave up waiting until " + what);
}

/// Every build that the simulator knows of is counted, and none besides.
bool CountsTheTruth(const Simulator& simulator, const Exporter& exporter) {
  const support::Samples page = ReadPage(exporter).samples;
  const std::string baseline = "cloudflare_workers_builds_baseline_timestamp_seconds";
  if (support::WithPrefix(page, baseline).empty()) return false;
  return support::WithPrefix(page, kCompleted) == support::WithPrefix(TruthFor(simulator, page), kCompleted);
}

}  // namespace

SettledPage::SettledPage(const std::string& more)
    : exporter_(folder_.Write("exporter.yaml", ConfigText(simulator_.base_url()) + MetricsText(more))) {
  const auto is_true = [&] { return CountsTheTruth(simulator_, exporter_); };
  WaitFor(support::WaitUntil(is_true, kDeadline), "the page is true before anything happened");
  simulator_.Speed(300);
  const auto ten_have_ended = [&] { return support::Sum(ReadPage(exporter_).samples, kCompleted) >= 10; };
  WaitFor(support::WaitUntil(ten_have_ended, kDeadline), "ten builds have ended");
  simulator_.Speed(0);
  // A page that counts all of them may still go on about their phases, their scripts and the account.
  std::string last;
  int the_same = 0;
  const auto is_at_rest = [&] {
    std::string page = OpenMetrics();
    the_same = page == last ? the_same + 1 : 0;
    last = std::move(page);
    return the_same >= 40 && is_true();
  };
  WaitFor(support::WaitUntil(is_at_rest, kDeadline), "the page is at rest");
}

}  // namespace e2e
