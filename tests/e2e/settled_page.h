#pragma once

#include <string>

#include "tests/e2e/truth.h"

namespace e2e {

/// An exporter that has counted some builds and whose page does not change any more: the simulated clock stands still,
/// and the exporter says nothing of itself. One script has histograms of its own.
class SettledPage {
 public:
  /// `more` are further keys of the section `metrics`. A page that does not settle is an exception.
  explicit SettledPage(const std::string& more = "");

  const Exporter& exporter() const { return exporter_; }
  const support::TemporaryFolder& folder() const { return folder_; }
  std::string url() const { return "http://" + exporter_.address() + "/metrics"; }
  std::string Text() const { return exporter_.Page(); }
  std::string OpenMetrics() const { return exporter_.Get("/metrics", {{"Accept", kOpenMetrics}}).body; }

  static constexpr const char* kOpenMetrics = "application/openmetrics-text; version=1.0.0";

 private:
  const support::TemporaryFolder folder_;
  const Simulator simulator_{folder_, ScenarioText()};
  const Exporter exporter_;
};

}  // namespace e2e
