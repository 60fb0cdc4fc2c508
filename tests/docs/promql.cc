#include "tests/docs/promql.h"

#include <regex>

namespace docs {
namespace {

const std::regex kString("\"(?:[^\"\\\\]|\\\\.)*\"");
const std::regex kComment("#[^\n]*");
const std::regex kGrouping("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
const std::regex kRange("\\[[^\\]]*\\]|\\boffset\\s+-?[0-9a-z]+");
const std::regex kWord("[a-z_]+");
const std::regex kLabel("([a-z_]+)\\s*(?:=~|!~|!=|=)");
/// A name, its matchers, and what follows: a parenthesis makes it a function.
const std::regex kSelector("([a-zA-Z_:][a-zA-Z0-9_:]*)?\\s*(\\{[^}]*\\})?\\s*(\\()?");
const std::set<std::string> kOperators = {"and", "or", "unless", "bool", "inf", "nan"};

/// Every match of a pattern.
std::vector<std::smatch> Matches(const std::string& text, const std::regex& pattern) {
  return {std::sregex_iterator(text.begin(), text.end(), pattern), std::sregex_iterator()};
}

}  // namespace

PromqlNames NamesIn(std::string_view expression) {
  PromqlNames names;
  std::string text = std::regex_replace(std::string(expression), kString, "''");
  text = std::regex_replace(text, kComment, "");
  text = std::regex_replace(text, kRange, "");
  for (const std::smatch& grouping : Matches(text, kGrouping)) {
    const std::string labels = grouping[2];
    for (const std::smatch& label : Matches(labels, kWord)) names.grouping_labels.insert(label.str());
  }
  text = std::regex_replace(text, kGrouping, " ");
  // Numbers with an exponent or a suffix are not used in these files.
  for (const std::smatch& match : Matches(text, kSelector)) {
    const bool function = match[3].matched && !match[2].matched;
    if ((!match[1].matched && !match[2].matched) || function || kOperators.contains(match[1])) continue;
    Selector selector{match[1], {}};
    const std::string matchers = match[2];
    for (const std::smatch& label : Matches(matchers, kLabel)) selector.labels.push_back(label[1]);
    names.selectors.push_back(std::move(selector));
  }
  return names;
}

}  // namespace docs
