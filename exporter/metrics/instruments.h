#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "exporter/exposition/format.h"
#include "exporter/metrics/catalogue.h"
#include "exporter/metrics/family_selection.h"

namespace exporter::metrics {

/// The families of group kExporter as live instruments (prometheus-cpp's). Any thread. A metric is named by its family
/// and its label values in the order of the catalogue; it is on the page from the first call that names it. What is
/// not shown is not kept.
class Instruments {
 public:
  using Values = std::initializer_list<std::string_view>;

  explicit Instruments(const FamilySelection& shown);
  ~Instruments();

  /// On the page with 0 if it is not there yet.
  void Declare(Family family, Values values = {});
  /// Counters; `amount` is not negative.
  void Add(Family family, Values values, double amount = 1);
  /// Gauges.
  void Set(Family family, Values values, double value);
  /// Histograms, with the catalogue's buckets.
  void Observe(Family family, Values values, double value);

  /// All of them, sorted by family and label values.
  void AppendTo(std::string& page, exposition::Format format) const;

 private:
  struct Registered;
  std::unique_ptr<Registered> registered_;
};

}  // namespace exporter::metrics
