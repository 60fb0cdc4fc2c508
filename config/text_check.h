#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "config/secret.h"

/// Checks of single texts. An error says what would be right and does not repeat the text, which may hold a secret.
namespace config {

/// 32 hex digits of either case, lowered: an account id or a script tag.
std::optional<std::string> ParseHexId(std::string_view text);

/// Takes white space off both ends; what is left must be what an Authorization header can carry.
tl::expected<Secret, std::string> ParseToken(std::string_view text);

/// `http://` or `https://`, host, maybe port and path; no user, query or fragment. Without a slash at the end.
tl::expected<std::string, std::string> ParseBaseUrl(std::string_view text);

/// `http://HOST:PORT`, maybe with `USER:PASSWORD@` before the host.
tl::expected<std::string, std::string> ParseProxyUrl(std::string_view text);

/// UTF-8 without control characters, not empty: fit for a label.
bool IsLabelText(std::string_view text);

/// What RE2 says against a pattern; empty optional: it compiles.
std::optional<std::string> WhyBadPattern(const std::string& pattern);

}  // namespace config
