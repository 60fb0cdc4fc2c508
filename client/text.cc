#include "client/text.h"

#include <cstring>

namespace workers_builds {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Length of the well-formed character at the start of `text` (not empty), 0 if there is none.
std::size_t CharacterLength(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (length == 0 || length > text.size()) return 0;
  // The second byte excludes overlong forms, surrogates and what lies above U+10FFFF.
  const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  }
  return length;
}

std::size_t ValidPrefix(std::string_view text) {
  std::size_t position = 0;
  while (position < text.size()) {
    std::uint64_t word = 0;
    if (position + sizeof word <= text.size()) {
      std::memcpy(&word, text.data() + position, sizeof word);
      if ((word & 0x8080808080808080ULL) == 0) {
        position += sizeof word;
        continue;
      }
    }
    const auto length = CharacterLength(text.substr(position));
    if (length == 0) break;
    position += length;
  }
  return position;
}

bool IsUnreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

std::string ToUtf8(std::string_view text, std::int64_t* invalid) {
  auto valid = ValidPrefix(text);
  if (valid == text.size()) return std::string(text);
  ++*invalid;
  std::string clean;
  while (valid < text.size()) {
    clean += text.substr(0, valid);
    clean += kReplacement;
    text.remove_prefix(valid + 1);
    valid = ValidPrefix(text);
  }
  clean += text;
  return clean;
}

std::string CleanLine(std::string_view text, std::size_t max_bytes) {
  std::int64_t ignored = 0;
  // A body can be megabytes; what follows this much of it is not going to be in the line.
  const std::string valid = ToUtf8(text.substr(0, max_bytes * 4), &ignored);
  std::string line;
  for (std::size_t i = 0; i < valid.size();) {
    const auto length = CharacterLength(std::string_view(valid).substr(i));
    const auto c = static_cast<unsigned char>(valid[i]);
    // C1 controls are C2 80 to C2 9F.
    const bool blank = c <= 0x20 || c == 0x7F || (c == 0xC2 && static_cast<unsigned char>(valid[i + 1]) < 0xA0);
    if (line.size() + length > max_bytes) break;
    if (!blank) {
      line.append(valid, i, length);
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
    i += length;
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

std::string_view Trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string ToLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string PercentEncode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (IsUnreserved(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kDigits[byte >> 4];
    encoded += kDigits[byte & 0xF];
  }
  return encoded;
}

std::string Redact(std::string text, std::string_view secret) {
  constexpr std::string_view kMask = "<secret>";
  if (secret.empty()) return text;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + kMask.size())) {
    text.replace(at, secret.size(), kMask);
  }
  return text;
}

}  // namespace workers_builds
