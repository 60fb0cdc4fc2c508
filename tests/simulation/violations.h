#pragma once

#include <functional>
#include <string>

namespace simulation {

/// Hears what must not be, in words.
using Report = std::function<void(const std::string& violation)>;

}  // namespace simulation
