#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "exporter/exposition/page.h"
#include "exporter/metrics/self_metrics.h"
#include "exporter/web/web_server.h"

namespace exporter::web {

/// What the readers see, written by the core thread and read by the server's: a lock guards a pointer, never work.
class Published {
 public:
  void SetPage(std::shared_ptr<const exposition::Page> page);
  /// Never null; empty before the first SetPage.
  std::shared_ptr<const exposition::Page> page() const;

  void SetStatusPage(std::string html);
  std::shared_ptr<const std::string> status_page() const;

  /// The loop has stepped.
  void Beat(std::chrono::steady_clock::time_point now) { beat_ = now; }
  std::chrono::steady_clock::time_point last_beat() const { return beat_; }

  /// The listener is up and the state is loaded; not any more once it stops.
  void SetReady(bool ready) { ready_ = ready; }
  bool ready() const { return ready_; }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const exposition::Page> page_ = std::make_shared<const exposition::Page>();
  std::shared_ptr<const std::string> status_page_ = std::make_shared<const std::string>();
  std::atomic<std::chrono::steady_clock::time_point> beat_ = std::chrono::steady_clock::time_point{};
  std::atomic<bool> ready_ = false;
};

struct RoutesOptions {
  std::string telemetry_path = "/metrics";
  /// `/-/healthy` fails when the loop has not stepped for this long.
  std::chrono::seconds beat_deadline{60};
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

/// The paths that are served. `published` and `metrics` outlive the handler.
Handler MakeRoutes(const RoutesOptions& options, const Published& published, metrics::SelfMetrics& metrics);

}  // namespace exporter::web
