#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace config {

/// The candidate that `word` was probably meant to be: few letters apart, or the two differ only in case and in
/// `-`, `_` and `.`. Empty when none is near. The result is one of the candidates.
std::optional<std::string_view> NearestWord(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace config
