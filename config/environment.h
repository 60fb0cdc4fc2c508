#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace config {

/// The value of a variable; empty optional: not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The environment of this process.
Environment ProcessEnvironment();

/// Letters, digits and `_`, no digit first.
bool IsVariableName(std::string_view text);

/// Replaces every `${NAME}` with the variable's value, which is not looked at again; `$${` writes `${`. Any other `$`
/// stays. The error says which variable is not set, or that the braces hold no name.
tl::expected<std::string, std::string> ExpandVariables(std::string_view text, const Environment& environment);

}  // namespace config
