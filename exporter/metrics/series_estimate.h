#pragma once

#include <cstdint>
#include <string>

#include "config/config.h"
#include "exporter/metrics/family_selection.h"
#include "exporter/patterns.h"

namespace exporter::metrics {

/// How many series the page has for a script, an account and the exporter, before any build is known.
class SeriesEstimate {
 public:
  explicit SeriesEstimate(const config::Metrics& metrics);

  /// With builds of every verdict in production and in preview, and none under way.
  std::int64_t of_script() const { return of_script_; }
  /// More, for a script that has histograms of its own.
  std::int64_t of_histograms() const { return listed_.empty() ? 0 : of_histograms_; }
  /// With the histograms, if the name is listed.
  std::int64_t of_script(const std::string& name) const;
  std::int64_t of_account() const { return of_account_; }
  /// What it says of itself, besides of_account.
  std::int64_t of_exporter() const { return of_exporter_; }

 private:
  Patterns listed_;
  std::int64_t of_script_ = 0;
  std::int64_t of_histograms_ = 0;
  std::int64_t of_account_ = 0;
  std::int64_t of_exporter_ = 0;
};

}  // namespace exporter::metrics
