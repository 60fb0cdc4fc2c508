#pragma once

#include <yaml-cpp/yaml.h>

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulator/fault_plan.h"
#include "tests/simulator/scenario.h"

namespace simulator {

/// The keys of one mapping. What is wrong is collected as `file:line: key: problem`; a key that
/// nobody asked for is wrong, too. Bodies of control requests are read with it as well: JSON is YAML.
class Fields {
 public:
  /// `file` is what problems name. `problems` outlives this.
  Fields(const YAML::Node& mapping, std::string file, std::vector<std::string>& problems);

  /// Empty where the key is absent or wrong.
  std::optional<std::string> Text(const std::string& key);
  /// Not below 0.
  std::optional<double> Number(const std::string& key);
  /// Whole, not below 0.
  std::optional<std::size_t> Count(const std::string& key);
  std::optional<bool> Flag(const std::string& key);
  /// A number of seconds, with fraction.
  std::optional<std::chrono::milliseconds> Seconds(const std::string& key);
  /// What stands below the key, of any type.
  std::optional<YAML::Node> Child(const std::string& key);
  /// The items of a sequence.
  std::vector<YAML::Node> Items(const std::string& key);
  bool Has(const std::string& key) const;

  /// A word that `parse` knows; `expected` lists the words for the problem.
  template <typename Parse>
  auto OneOf(const std::string& key, Parse parse, std::string_view expected) -> decltype(parse(std::string_view())) {
    const auto text = Text(key);
    if (!text) return {};
    auto value = parse(std::string_view(*text));
    if (!value) Refuse(key, "'" + *text + "' is not one of " + std::string(expected));
    return value;
  }

  void Refuse(const std::string& key, const std::string& problem);
  /// At the end: every key that was not asked for is a problem.
  void RefuseTheRest();

  const std::string& file() const { return file_; }
  std::vector<std::string>& problems() { return problems_; }

 private:
  YAML::Node mapping_;
  std::string file_;
  std::vector<std::string>& problems_;
  std::set<std::string> taken_;
};

/// `operation`, `fault`, `count`, `retry_after`, `delay`, `rows`.
FaultOrder ReadFault(Fields& fields);

/// `name`, `connected`, `weight`, `failure_share`, `typical_run`.
ScriptHabits ReadHabits(Fields& fields);

/// Parses one document. The error says where it is broken.
std::optional<YAML::Node> ParseDocument(const std::string& text, const std::string& file,
                                        std::vector<std::string>& problems);

}  // namespace simulator
