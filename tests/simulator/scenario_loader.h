#pragma once

#include <string>
#include <tl/expected.hpp>

#include "tests/simulator/scenario.h"

namespace simulator {

/// Reads a scenario (README.md describes the keys). The error has a line `file:line: key: problem` for everything that
/// is wrong.
tl::expected<Scenario, std::string> LoadScenario(const std::string& yaml, const std::string& file_name);
tl::expected<Scenario, std::string> LoadScenarioFile(const std::string& path);

}  // namespace simulator
