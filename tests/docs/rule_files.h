#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "exporter/metrics/catalogue.h"
#include "tests/docs/promql.h"

namespace docs {

/// A rule of deploy/prometheus.
struct Rule {
  /// Of the recorded series or the alert.
  std::string name;
  bool is_alert = false;
  std::string expression;
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
  /// Below the repository's root.
  std::string file;
};

/// What promtool's tests of deploy/prometheus/tests expect of rules, by name.
struct RuleTests {
  std::set<std::string> firing;
  std::set<std::string> silent;
  /// Recorded series of which some sample is expected.
  std::set<std::string> recorded;
};

/// Files of deploy/prometheus whose path ends like this, below the repository's root, sorted.
std::vector<std::string> PrometheusFiles(const std::string& folder, const std::string& suffix);

/// In the order of the files; the test fails when one cannot be read.
const std::vector<Rule>& AllRules();

RuleTests ReadRuleTests();

/// What is known of a series that rules may name.
struct SeriesFacts {
  std::set<std::string> labels;
  exporter::metrics::Profile profile = exporter::metrics::Profile::kMinimal;
};

/// Of a family of the catalogue, of a series that the rules record, of `up` or `process_*`; null: there is no such
/// series. `instance`, `job` and `pod`, which Prometheus adds, and `shard` are on each.
const SeriesFacts* FactsOf(const std::string& series_name);

/// Of everything that an expression names; what is not known adds nothing.
SeriesFacts FactsOf(const PromqlNames& names);

}  // namespace docs
