#include "tests/docs/rule_files.h"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>

#include "exporter/metrics/process_metrics.h"
#include "tests/docs/metric_names.h"

namespace docs {
namespace {

namespace fs = std::filesystem;
using exporter::metrics::FamilyInfo;
using exporter::metrics::MetricType;

const std::set<std::string> kLabelsOfTargets = {"instance", "job", "pod", "shard"};

std::map<std::string, std::string> TextsOf(const YAML::Node& node) {
  std::map<std::string, std::string> texts;
  for (const auto& entry : node) texts[entry.first.as<std::string>()] = entry.second.as<std::string>();
  return texts;
}

Rule RuleOf(const YAML::Node& node, const std::string& file) {
  Rule rule;
  rule.is_alert = static_cast<bool>(node["alert"]);
  rule.name = node[rule.is_alert ? "alert" : "record"].as<std::string>();
  rule.expression = node["expr"].as<std::string>();
  rule.labels = TextsOf(node["labels"]);
  rule.annotations = TextsOf(node["annotations"]);
  rule.file = file;
  return rule;
}

void Add(SeriesFacts& facts, const SeriesFacts& more) {
  facts.labels.insert(more.labels.begin(), more.labels.end());
  facts.profile = std::max(facts.profile, more.profile);
}

/// A recorded series has what its expression has, at most, and the labels of its rule.
std::map<std::string, SeriesFacts> FactsOfRecordedSeries() {
  std::map<std::string, SeriesFacts> facts;
  for (const Rule& rule : AllRules()) {
    if (rule.is_alert) continue;
    facts[rule.name].labels.insert(kLabelsOfTargets.begin(), kLabelsOfTargets.end());
    for (const auto& [label, value] : rule.labels) facts[rule.name].labels.insert(label);
  }
  // Rules build upon rules: as often as there may be layers.
  for (int layer = 0; layer < 4; ++layer) {
    for (const Rule& rule : AllRules()) {
      if (rule.is_alert) continue;
      for (const Selector& selector : NamesIn(rule.expression).selectors) {
        const auto recorded = facts.find(selector.name);
        const SeriesFacts* known = recorded != facts.end() ? &recorded->second : nullptr;
        SeriesFacts of_family;
        if (const FamilyInfo* family = FamilyOf(selector.name); family != nullptr) {
          of_family.labels.insert(family->labels.begin(), family->labels.end());
          of_family.profile = family->profile;
          known = &of_family;
        }
        if (known != nullptr) Add(facts[rule.name], SeriesFacts(*known));
      }
    }
  }
  return facts;
}

}  // namespace

std::vector<std::string> PrometheusFiles(const std::string& folder, const std::string& suffix) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(fs::path(SOURCE_DIR) / folder)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(suffix)) files.push_back(folder + "/" + name);
  }
  std::ranges::sort(files);
  return files;
}

const std::vector<Rule>& AllRules() {
  static const std::vector<Rule> rules = [] {
    std::vector<Rule> all;
    for (const std::string& file : PrometheusFiles("deploy/prometheus", ".rules.yml")) {
      for (const auto& group : YAML::LoadFile(std::string(SOURCE_DIR "/") + file)["groups"]) {
        for (const auto& rule : group["rules"]) all.push_back(RuleOf(rule, file));
      }
    }
    return all;
  }();
  return rules;
}

RuleTests ReadRuleTests() {
  RuleTests tests;
  for (const std::string& file : PrometheusFiles("deploy/prometheus/tests", ".test.yml")) {
    for (const auto& test : YAML::LoadFile(std::string(SOURCE_DIR "/") + file)["tests"]) {
      for (const auto& alert : test["alert_rule_test"]) {
        auto& names = alert["exp_alerts"].size() > 0 ? tests.firing : tests.silent;
        names.insert(alert["alertname"].as<std::string>());
      }
      for (const auto& query : test["promql_expr_test"]) {
        if (query["exp_samples"].size() == 0) continue;
        for (const Selector& selector : NamesIn(query["expr"].as<std::string>()).selectors) {
          tests.recorded.insert(selector.name);
        }
      }
    }
  }
  return tests;
}

const SeriesFacts* FactsOf(const std::string& series_name) {
  static std::map<std::string, SeriesFacts> facts = FactsOfRecordedSeries();
  if (const auto known = facts.find(series_name); known != facts.end()) return &known->second;
  const FamilyInfo* family = FamilyOf(series_name);
  const bool of_process =
      std::ranges::find(exporter::metrics::kProcessFamilies, series_name) != exporter::metrics::kProcessFamilies.end();
  if (family == nullptr && !of_process && series_name != "up") return nullptr;
  SeriesFacts& of_series = facts[series_name];
  of_series.labels = kLabelsOfTargets;
  if (family != nullptr) {
    of_series.labels.insert(family->labels.begin(), family->labels.end());
    of_series.profile = family->profile;
    if (family->type == MetricType::kHistogram && series_name.ends_with("_bucket")) of_series.labels.insert("le");
  }
  return &of_series;
}

SeriesFacts FactsOf(const PromqlNames& names) {
  SeriesFacts all;
  all.labels = kLabelsOfTargets;
  for (const Selector& selector : names.selectors) {
    if (const SeriesFacts* facts = FactsOf(selector.name); facts != nullptr) Add(all, *facts);
  }
  return all;
}

}  // namespace docs
