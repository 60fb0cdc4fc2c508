#pragma once

#include <cstddef>
#include <string_view>

namespace exporter {

/// U+FFFD.
inline constexpr std::string_view kUtf8Replacement = "\xEF\xBF\xBD";

/// How many bytes at the start of a text belong together, and whether they are a character. A broken sequence is as
/// long as the longest start of a character that it could be, at least one byte (Unicode 15, section 3.9 and table
/// 3-7).
struct Utf8Sequence {
  std::size_t length;
  bool valid;
};

/// `text` must not be empty.
Utf8Sequence NextUtf8Sequence(std::string_view text);

}  // namespace exporter
