#include "config/pattern_list.h"

#include <optional>

#include "config/text_check.h"

namespace config {

void ReadPatterns(const Value& value, std::vector<std::string>& out) {
  if (value.node().kind == YamlNode::Kind::kSequence) out.clear();
  for (const Value& item : value.Items()) {
    const std::optional<std::string> pattern = item.Text();
    if (!pattern) continue;
    if (const std::optional<std::string> why = WhyBadPattern(*pattern)) {
      const bool shown = *pattern == item.node().text;
      item.Refuse(item.Quoted() + " is not an RE2 pattern" + (shown ? ": " + *why : " with its variables replaced"));
    } else {
      out.push_back(*pattern);
    }
  }
}

}  // namespace config
