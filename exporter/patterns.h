#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace exporter {

/// Anchored RE2 patterns of the configuration, which the loader has checked. Any thread.
class Patterns {
 public:
  Patterns();
  explicit Patterns(const std::vector<std::string>& patterns);
  ~Patterns();
  Patterns(Patterns&&) noexcept;
  Patterns& operator=(Patterns&&) noexcept;

  bool empty() const;
  /// Whether one of them matches the whole of `text`.
  bool AnyMatches(std::string_view text) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace exporter
