#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "exporter/metrics/catalogue.h"
#include "exporter/patterns.h"

namespace exporter::metrics {

/// Which families are on the page: those in the profile or allowed, and not denied. Any thread.
class FamilySelection {
 public:
  /// What the configuration has by default.
  FamilySelection() : FamilySelection(config::Metrics{}) {}
  explicit FamilySelection(const config::Metrics& metrics);

  bool Shows(Family family) const { return shown_[static_cast<std::size_t>(family)]; }
  /// The same for a family that the catalogue does not have (`process_*`), which is in every profile.
  bool Shows(std::string_view name) const { return !deny_.AnyMatches(name); }

 private:
  Patterns deny_;
  std::bitset<kFamilyCount> shown_;
};

/// The keys of the patterns that match no family, as `metrics.deny[1]`: they do nothing, and are most likely misspelt.
/// Not the patterns themselves, which may have come from the environment.
std::vector<std::string> PatternsWithoutFamily(const config::Metrics& metrics);

}  // namespace exporter::metrics
