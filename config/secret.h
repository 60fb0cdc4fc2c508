#pragma once

#include <iosfwd>
#include <string>
#include <utility>

namespace config {

/// A string that prints as `<secret>`: only Reveal() gives the text.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  const std::string& Reveal() const { return text_; }
  bool empty() const { return text_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  std::string text_;
};

std::ostream& operator<<(std::ostream& out, const Secret& secret);

}  // namespace config
