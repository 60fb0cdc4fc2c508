#include "config/yaml_tree.h"

#include <re2/re2.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <sstream>
#include <utility>

namespace config {
namespace {

constexpr std::size_t kDeepest = 20;
constexpr std::size_t kMostKeys = 1000;

/// Thrown through yaml-cpp to end the reading; the problem has been noted.
struct GiveUp {};

/// Builds the tree from the parser's events. A mapping's events are key, value, key, value, ...
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string file, Problems& problems) : file_(std::move(file)), problems_(problems) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      Break(mark.line + 1, "a second document starts here: a configuration is one document, remove the '---'");
      throw GiveUp();
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { Add(Node(YamlNode::Kind::kNull, mark)); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Break(mark.line + 1, "an alias (*NAME) is not allowed: write the value out");
    Add(Node(YamlNode::Kind::kNull, mark));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
    CheckTag(mark, tag);
    YamlNode node = Node(YamlNode::Kind::kScalar, mark);
    node.text = value;
    Add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    CheckTag(mark, tag);
    Open(Node(YamlNode::Kind::kSequence, mark), mark);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override {
    CheckTag(mark, tag);
    Open(Node(YamlNode::Kind::kMapping, mark), mark);
  }
  void OnMapEnd() override { Close(); }

  /// There will be no tree.
  void Break(int line, std::string message) {
    problems_.push_back({file_, line, "", std::move(message)});
    broken_ = true;
  }

  /// Empty after something that leaves no whole tree.
  std::optional<YamlNode> TakeRoot() {
    if (broken_) return std::nullopt;
    return std::move(root_);
  }

 private:
  struct Level {
    YamlNode node;
    std::optional<YamlEntry> entry;  // of a mapping: the key that waits for its value
  };

  static YamlNode Node(YamlNode::Kind kind, const YAML::Mark& mark) {
    YamlNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    return node;
  }

  void CheckTag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!") {
      problems_.push_back({file_, mark.line + 1, "", "a tag (!NAME) is not allowed: remove it"});
    }
  }

  void Open(YamlNode node, const YAML::Mark& mark) {
    if (open_.size() == kDeepest) {
      Break(mark.line + 1, "nested deeper than " + std::to_string(kDeepest) + " levels");
      throw GiveUp();
    }
    open_.push_back({std::move(node), std::nullopt});
  }

  void Close() {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    Add(std::move(node));
  }

  void Add(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Level& level = open_.back();
    if (level.node.kind == YamlNode::Kind::kSequence) {
      level.node.items.push_back(std::move(node));
    } else if (!level.entry) {
      level.entry = StartEntry(node);
    } else {
      // yaml-cpp sees an empty value where the next token stands.
      if (node.kind == YamlNode::Kind::kNull) node.line = level.entry->line;
      level.entry->value = std::move(node);
      AddEntry(level.node, *std::exchange(level.entry, std::nullopt));
    }
  }

  YamlEntry StartEntry(const YamlNode& key) {
    if (key.kind != YamlNode::Kind::kScalar) Break(key.line, "a key must be a plain word, such as 'poll'");
    return {key.text, key.line, {}};
  }

  void AddEntry(YamlNode& mapping, YamlEntry entry) {
    if (mapping.entries.size() == kMostKeys) {
      Break(entry.line, "more than " + std::to_string(kMostKeys) + " keys in one mapping");
      throw GiveUp();
    }
    for (const YamlEntry& earlier : mapping.entries) {
      if (earlier.key != entry.key) continue;
      problems_.push_back({file_, entry.line, Path() + entry.key,
                           "the key is there twice, first on line " + std::to_string(earlier.line) + ": remove one"});
      return;
    }
    mapping.entries.push_back(std::move(entry));
  }

  /// Of the innermost open mapping: `accounts[0].scripts.`.
  std::string Path() const {
    std::string path;
    for (const Level& level : open_) {
      if (level.node.kind == YamlNode::Kind::kSequence) {
        if (!path.empty()) path.pop_back();
        path.append("[").append(std::to_string(level.node.items.size())).append("].");
      } else if (level.entry) {
        path += level.entry->key + ".";
      }
    }
    return path;
  }

  std::string file_;
  Problems& problems_;
  YamlNode root_;
  std::vector<Level> open_;
  int documents_ = 0;
  bool broken_ = false;
};

/// yaml-cpp takes some control characters for the end of the file, and bytes that are not UTF-8 for U+FFFD.
std::optional<Problem> FindBadCharacter(std::string_view text, const std::string& file) {
  static const RE2 kGoodLine(R"([\t\r[:^cntrl:]]*)");
  int line = 0;
  while (!text.empty()) {
    ++line;
    const std::string_view current = text.substr(0, text.find('\n'));
    if (!RE2::FullMatch(re2::StringPiece(current.data(), current.size()), kGoodLine)) {
      return Problem{file, line, "",
                     "a control character, or bytes that are not UTF-8: the file must be plain UTF-8 text"};
    }
    text.remove_prefix(std::min(text.size(), current.size() + 1));
  }
  return std::nullopt;
}

}  // namespace

const YamlNode* YamlNode::Find(std::string_view key) const {
  for (const YamlEntry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

std::optional<YamlNode> ReadYaml(std::string_view text, const std::string& file, Problems& problems) {
  if (std::optional<Problem> bad = FindBadCharacter(text, file)) {
    problems.push_back(*std::move(bad));
    return std::nullopt;
  }
  TreeBuilder builder(file, problems);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const GiveUp&) {
  } catch (const YAML::Exception& error) {
    builder.Break(error.mark.line + 1, "not YAML: " + error.msg);
  }
  return builder.TakeRoot();
}

}  // namespace config
