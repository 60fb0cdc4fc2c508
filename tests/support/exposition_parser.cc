#include "tests/support/exposition_parser.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>

namespace support {
namespace {

constexpr std::string_view kHelp = "# HELP ";
constexpr std::string_view kType = "# TYPE ";

bool IsName(std::string_view text, bool colon_allowed) {
  const auto is_letter = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (colon_allowed && c == ':');
  };
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

std::optional<double> ParseValue(std::string_view text) {
  const std::string copy(text);
  constexpr std::string_view kNumberCharacters = "+-.0123456789eE";
  const bool is_word = text == "+Inf" || text == "-Inf" || text == "NaN";
  if (copy.empty() || (!is_word && copy.find_first_not_of(kNumberCharacters) != std::string::npos)) return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  if (end != copy.c_str() + copy.size()) return std::nullopt;
  return value;
}

class Parser {
 public:
  tl::expected<ExpositionPage, std::string> Parse(std::string_view text) {
    while (!text.empty()) {
      ++line_number_;
      const std::size_t end = text.find('\n');
      if (end == std::string_view::npos) return Problem(text, "the last line does not end");
      const std::string_view line = text.substr(0, end);
      const std::string problem = line.starts_with('#') ? TakeComment(line) : TakeSample(line);
      if (!problem.empty()) return Problem(line, problem);
      text.remove_prefix(end + 1);
    }
    if (helped_ != family_) return Problem("", "the last HELP has no TYPE");
    return std::move(page_);
  }

 private:
  tl::unexpected<std::string> Problem(std::string_view line, const std::string& what) const {
    return tl::unexpected("line " + std::to_string(line_number_) + ": " + what + ": " +
                          std::string(line.substr(0, 300)));
  }

  std::string TakeComment(std::string_view line) {
    if (line.starts_with(kHelp)) return TakeHelp(line.substr(kHelp.size()));
    if (line.starts_with(kType)) return TakeType(line.substr(kType.size()));
    return "a comment that is neither HELP nor TYPE";
  }

  std::string TakeHelp(std::string_view rest) {
    const std::size_t space = rest.find(' ');
    if (space == std::string_view::npos) return "HELP without a text";
    const std::string name(rest.substr(0, space));
    if (!IsName(name, true)) return "not a metric name in HELP";
    if (helped_ != family_) return "HELP follows a HELP that has no TYPE";
    if (!families_.insert(name).second) return "HELP of a family that was there before";
    const std::string_view text = rest.substr(space + 1);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\\') continue;
      ++i;
      if (i == text.size() || (text[i] != '\\' && text[i] != 'n')) return "an escape that HELP does not have";
    }
    helped_ = name;
    return "";
  }

  std::string TakeType(std::string_view rest) {
    const std::size_t space = rest.find(' ');
    const std::string name(rest.substr(0, space));
    const std::string type(space == std::string_view::npos ? "" : rest.substr(space + 1));
    if (name == family_) return "TYPE a second time";
    if (name != helped_) return "TYPE without its HELP right before it";
    if (type != "counter" && type != "gauge" && type != "histogram") return "not a type that the page has";
    family_ = name;
    page_.types[name] = type;
    return "";
  }

  std::string TakeSample(std::string_view line) {
    const std::size_t name_end = std::min(line.find_first_of("{ "), line.size());
    SeriesId series;
    series.name = line.substr(0, name_end);
    if (!IsName(series.name, true)) return "not a metric name";
    line.remove_prefix(name_end);
    if (helped_ != family_) return "a sample between HELP and TYPE";
    if (!BelongsToFamily(series.name)) return "a sample that does not belong to the family above it, '" + family_ + "'";
    if (line.starts_with('{')) {
      line.remove_prefix(1);
      if (const std::string problem = TakeLabels(line, series); !problem.empty()) return problem;
    }
    if (series.name == family_ + "_bucket" && !series.labels.contains("le")) return "a bucket without le";
    if (!line.starts_with(' ')) return "no space before the value";
    const auto value = ParseValue(line.substr(1));
    if (!value) return "not a value, or more than a value";
    if (!page_.samples.emplace(std::move(series), *value).second) return "a series that was there before";
    return "";
  }

  bool BelongsToFamily(const std::string& name) const {
    if (family_.empty()) return false;
    if (page_.types.at(family_) != "histogram") return name == family_;
    return name == family_ + "_bucket" || name == family_ + "_sum" || name == family_ + "_count";
  }

  /// Takes everything up to the closing brace off `rest`.
  static std::string TakeLabels(std::string_view& rest, SeriesId& series) {
    while (true) {
      const std::size_t equals = rest.find("=\"");
      if (equals == std::string_view::npos) return "not a label";
      const std::string name(rest.substr(0, equals));
      if (!IsName(name, false)) return "not a label name, '" + name + "'";
      rest.remove_prefix(equals + 2);
      std::string value;
      if (const std::string problem = TakeValue(rest, value); !problem.empty()) return problem;
      if (!series.labels.emplace(name, std::move(value)).second) return "the label '" + name + "' twice";
      const bool more = rest.starts_with(',');
      if (!more && !rest.starts_with('}')) return "neither a comma nor a brace after a label";
      rest.remove_prefix(1);
      if (!more) return "";
    }
  }

  static std::string TakeValue(std::string_view& rest, std::string& value) {
    for (std::size_t i = 0; i < rest.size(); ++i) {
      if (rest[i] == '"') {
        rest.remove_prefix(i + 1);
        return "";
      }
      if (rest[i] != '\\') {
        value += rest[i];
        continue;
      }
      ++i;
      if (i == rest.size()) break;
      if (rest[i] != '\\' && rest[i] != '"' && rest[i] != 'n') return "an escape that label values do not have";
      value += rest[i] == 'n' ? '\n' : rest[i];
    }
    return "a label value that does not end";
  }

  ExpositionPage page_;
  std::set<std::string> families_;
  std::string helped_;
  std::string family_;
  int line_number_ = 0;
};

}  // namespace

tl::expected<ExpositionPage, std::string> ParseExposition(std::string_view text) {
  return Parser().Parse(text);
}

}  // namespace support
