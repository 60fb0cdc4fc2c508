#pragma once

#include <string>
#include <vector>

#include "config/value.h"

namespace config {

/// A list of RE2 patterns, each of which is to match a whole text; replaces what `out` had.
void ReadPatterns(const Value& value, std::vector<std::string>& out);

}  // namespace config
