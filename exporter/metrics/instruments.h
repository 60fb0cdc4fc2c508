#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "exporter/metrics/catalogue.h"

namespace exporter::metrics {

/// The families of group kExporter as live instruments (prometheus-cpp's). Any thread. A metric is named by its family
/// and its label values in the order of the catalogue; it is on the page from the first call that names it.
class Instruments {
 public:
  using Values = std::initializer_list<std::string_view>;

  Instruments();
  ~Instruments();

  /// On the page with 0 if it is not there yet.
  void Declare(Family family, Values values = {});
  /// Counters; `amount` is not negative.
  void Add(Family family, Values values, double amount = 1);
  /// Gauges.
  void Set(Family family, Values values, double value);
  /// Histograms, with the catalogue's buckets.
  void Observe(Family family, Values values, double value);

  /// All of them in the text format 0.0.4, sorted by family and label values.
  void AppendTo(std::string& page) const;

 private:
  struct Registered;
  std::unique_ptr<Registered> registered_;
};

}  // namespace exporter::metrics
