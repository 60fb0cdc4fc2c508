#include "tests/simulator/fields.h"

#include <cmath>

namespace simulator {
namespace {

std::string At(const std::string& file, const YAML::Mark& mark) {
  return file + ":" + std::to_string(mark.is_null() ? 1 : mark.line + 1) + ": ";
}

}  // namespace

Fields::Fields(const YAML::Node& mapping, std::string file, std::vector<std::string>& problems)
    : mapping_(mapping), file_(std::move(file)), problems_(problems) {
  if (mapping_.IsMap()) return;
  problems_.push_back(At(file_, mapping_.Mark()) + "expected keys with values here");
  mapping_ = YAML::Node(YAML::NodeType::Map);
}

bool Fields::Has(const std::string& key) const {
  const YAML::Node mapping = mapping_;  // operator[] of a mutable node would add the key
  return mapping[key].IsDefined();
}

std::optional<YAML::Node> Fields::Child(const std::string& key) {
  taken_.insert(key);
  if (!Has(key)) return std::nullopt;
  const YAML::Node mapping = mapping_;
  return mapping[key];
}

void Fields::Refuse(const std::string& key, const std::string& problem) {
  const YAML::Node mapping = mapping_;
  const YAML::Mark mark = Has(key) ? mapping[key].Mark() : mapping.Mark();
  problems_.push_back(At(file_, mark) + key + ": " + problem);
}

std::optional<std::string> Fields::Text(const std::string& key) {
  const auto node = Child(key);
  if (!node) return std::nullopt;
  if (node->IsScalar()) return node->Scalar();
  Refuse(key, "expected text");
  return std::nullopt;
}

std::optional<double> Fields::Number(const std::string& key) {
  const auto text = Text(key);
  if (!text) return std::nullopt;
  double value = 0;
  if (YAML::convert<double>::decode(YAML::Node(*text), value) && std::isfinite(value) && value >= 0) return value;
  Refuse(key, "'" + *text + "' is not a number of 0 or more");
  return std::nullopt;
}

std::optional<std::size_t> Fields::Count(const std::string& key) {
  const auto value = Number(key);
  if (!value) return std::nullopt;
  if (*value == std::floor(*value) && *value < 1e9) return static_cast<std::size_t>(*value);
  Refuse(key, "expected a whole number below 1000000000");
  return std::nullopt;
}

std::optional<bool> Fields::Flag(const std::string& key) {
  const auto text = Text(key);
  if (!text) return std::nullopt;
  if (*text == "true") return true;
  if (*text == "false") return false;
  Refuse(key, "'" + *text + "' is neither true nor false");
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> Fields::Seconds(const std::string& key) {
  const auto value = Number(key);
  if (!value) return std::nullopt;
  if (*value < 1e9) return std::chrono::milliseconds(std::llround(*value * 1000.0));
  Refuse(key, "expected seconds, below 1000000000");
  return std::nullopt;
}

std::vector<YAML::Node> Fields::Items(const std::string& key) {
  const auto node = Child(key);
  if (!node) return {};
  if (node->IsSequence()) return {node->begin(), node->end()};
  Refuse(key, "expected a list");
  return {};
}

void Fields::RefuseTheRest() {
  for (const auto& entry : mapping_) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
    if (!taken_.contains(key)) problems_.push_back(At(file_, entry.first.Mark()) + key + ": unknown key");
  }
}

FaultOrder ReadFault(Fields& fields) {
  FaultOrder order;
  if (fields.Text("operation") != "any") {
    order.operation =
        fields.OneOf("operation", OperationFromWord,
                     "any, discovery, latest, versions, build, list, triggers, limits, verify_user, verify_account");
  }
  const auto kind = fields.OneOf("fault", FaultKindFromWord,
                                 "rate_limited, internal_error, unauthorized, forbidden, not_found, reset, truncated, "
                                 "slow, malformed_json, deep_nesting, empty_result, null_result, wrong_types, "
                                 "unknown_words, invalid_utf8, reversed, page_drift, late_rows");
  if (!fields.Has("fault")) fields.Refuse("fault", "is missing: it says what goes wrong");
  order.kind = kind.value_or(order.kind);
  order.count = fields.Count("count").value_or(order.count);
  if (const auto retry_after = fields.Count("retry_after")) order.retry_after = std::chrono::seconds(*retry_after);
  order.delay = fields.Seconds("delay").value_or(order.delay);
  order.rows = fields.Count("rows").value_or(order.rows);
  fields.RefuseTheRest();
  return order;
}

ScriptHabits ReadHabits(Fields& fields) {
  ScriptHabits habits;
  habits.name = fields.Text("name").value_or("");
  if (habits.name.empty()) fields.Refuse("name", "is missing or empty: every script that is listed has a name");
  habits.connected = fields.Flag("connected").value_or(habits.connected);
  habits.weight = fields.Number("weight");
  habits.failure_share = fields.Number("failure_share").value_or(habits.failure_share);
  if (habits.failure_share > 1) fields.Refuse("failure_share", "expected a share between 0 and 1");
  habits.typical_run = fields.Seconds("typical_run");
  fields.RefuseTheRest();
  return habits;
}

std::optional<YAML::Node> ParseDocument(const std::string& text, const std::string& file,
                                        std::vector<std::string>& problems) {
  try {
    return YAML::Load(text);
  } catch (const YAML::Exception& error) {
    problems.push_back(At(file, error.mark) + error.msg);
    return std::nullopt;
  }
}

}  // namespace simulator
