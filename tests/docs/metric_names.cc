#include "tests/docs/metric_names.h"

#include <algorithm>
#include <regex>

namespace docs {

using exporter::metrics::Catalogue;
using exporter::metrics::FamilyInfo;
using exporter::metrics::MetricType;

const FamilyInfo* FamilyOf(std::string_view sample_name) {
  const auto found = std::ranges::find_if(Catalogue(), [sample_name](const FamilyInfo& family) {
    if (family.type != MetricType::kHistogram) return family.name == sample_name;
    if (!sample_name.starts_with(family.name)) return false;
    const std::string_view suffix = sample_name.substr(family.name.size());
    return suffix == "_bucket" || suffix == "_sum" || suffix == "_count";
  });
  return found == Catalogue().end() ? nullptr : &*found;
}

std::vector<std::string> MetricNamesIn(const std::string& text) {
  static const std::regex kName("\\b(cloudflare_workers_builds|workers_builds_exporter)_[a-z0-9_]+");
  std::vector<std::string> names;
  for (std::sregex_iterator at(text.begin(), text.end(), kName), end; at != end; ++at) names.push_back(at->str());
  return names;
}

}  // namespace docs
