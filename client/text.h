#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace workers_builds {

/// The text with every byte that is no part of well-formed UTF-8 (Unicode table 3-7) replaced with U+FFFD. Adds 1 to
/// `*invalid` if there was one.
std::string ToUtf8(std::string_view text, std::int64_t* invalid);

/// Text from outside, made fit for one line of a log: valid UTF-8, runs of spaces and control characters as one space
/// and none at the ends, at most `max_bytes` bytes and cut between characters.
std::string CleanLine(std::string_view text, std::size_t max_bytes);

/// Without spaces and tabs at both ends.
std::string_view Trim(std::string_view text);

/// ASCII letters in lower case.
std::string ToLower(std::string_view text);

/// Every byte except RFC 3986's unreserved characters as `%XX`: safe as one path segment or one query value.
std::string PercentEncode(std::string_view text);

/// `text` with every occurrence of `secret` (when not empty) as `<secret>`.
std::string Redact(std::string text, std::string_view secret);

}  // namespace workers_builds
