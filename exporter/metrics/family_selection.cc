#include "exporter/metrics/family_selection.h"

#include <algorithm>

#include "exporter/metrics/process_metrics.h"

namespace exporter::metrics {
namespace {

bool InProfile(Profile smallest, config::MetricsProfile profile) {
  return profile != config::MetricsProfile::kMinimal || smallest == Profile::kMinimal;
}

void AppendUnused(const std::string& key, const std::vector<std::string>& patterns, std::vector<std::string>& out) {
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    const Patterns pattern({patterns[i]});
    const bool used =
        std::ranges::any_of(Catalogue(), [&](const FamilyInfo& info) { return pattern.AnyMatches(info.name); }) ||
        std::ranges::any_of(kProcessFamilies, [&](std::string_view name) { return pattern.AnyMatches(name); });
    if (!used) out.push_back(key + "[" + std::to_string(i) + "]");
  }
}

}  // namespace

FamilySelection::FamilySelection(const config::Metrics& metrics) : deny_(metrics.deny) {
  const Patterns allow(metrics.allow);
  for (const FamilyInfo& info : Catalogue()) {
    const bool wanted = InProfile(info.profile, metrics.profile) || allow.AnyMatches(info.name);
    shown_[static_cast<std::size_t>(info.family)] = wanted && !deny_.AnyMatches(info.name);
  }
}

std::vector<std::string> PatternsWithoutFamily(const config::Metrics& metrics) {
  std::vector<std::string> unused;
  AppendUnused("metrics.allow", metrics.allow, unused);
  AppendUnused("metrics.deny", metrics.deny, unused);
  return unused;
}

}  // namespace exporter::metrics
