#include "exporter/patterns.h"

#include <re2/re2.h>

#include <algorithm>

namespace exporter {

struct Patterns::Compiled {
  std::vector<std::unique_ptr<RE2>> patterns;
};

Patterns::Patterns() : Patterns(std::vector<std::string>()) {}

Patterns::Patterns(const std::vector<std::string>& patterns) : compiled_(std::make_unique<Compiled>()) {
  for (const std::string& pattern : patterns) compiled_->patterns.push_back(std::make_unique<RE2>(pattern));
}

Patterns::~Patterns() = default;
Patterns::Patterns(Patterns&&) noexcept = default;
Patterns& Patterns::operator=(Patterns&&) noexcept = default;

bool Patterns::empty() const {
  return compiled_->patterns.empty();
}

bool Patterns::AnyMatches(std::string_view text) const {
  const re2::StringPiece piece(text.data(), text.size());
  return std::ranges::any_of(compiled_->patterns, [&](const auto& pattern) { return RE2::FullMatch(piece, *pattern); });
}

}  // namespace exporter
