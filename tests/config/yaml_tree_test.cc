#include "config/yaml_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace config {
namespace {

using testing::IsEmpty;
using Kind = YamlNode::Kind;

YamlNode ReadGood(std::string_view text) {
  Problems problems;
  std::optional<YamlNode> root = ReadYaml(text, "test.yaml", problems);
  EXPECT_TRUE(root) << "no tree: " << Describe(problems);
  EXPECT_THAT(problems, IsEmpty()) << Describe(problems);
  return root.value_or(YamlNode{});
}

TEST(YamlTree, KnowsTheLineOfEveryKeyAndValue) {
  const YamlNode root = ReadGood("# comment\npoll:\n  interval: 30s\n\n  idle_interval:\n    5m\n");
  const YamlNode* const poll = root.Find("poll");
  ASSERT_NE(poll, nullptr);
  ASSERT_EQ(poll->entries.size(), 2u);
  EXPECT_EQ(root.entries[0].line, 2);
  EXPECT_EQ(poll->entries[0].line, 3);
  EXPECT_EQ(poll->entries[0].value.text, "30s");
  EXPECT_EQ(poll->entries[1].line, 5);
  EXPECT_EQ(poll->entries[1].value.line, 6);
}

TEST(YamlTree, TakesOnlyPlainWordsForNull) {
  const YamlNode root = ReadGood("a:\nb: ~\nc: null\nd: ''\ne: 'null'\n");
  for (const char* key : {"a", "b", "c"}) EXPECT_EQ(root.Find(key)->kind, Kind::kNull) << key;
  for (const char* key : {"d", "e"}) EXPECT_EQ(root.Find(key)->kind, Kind::kScalar) << key;
}

TEST(YamlTree, OfAnEmptyFileIsNull) {
  EXPECT_EQ(ReadGood("").kind, Kind::kNull);
  EXPECT_EQ(ReadGood("# nothing here\n").kind, Kind::kNull);
}

TEST(YamlTree, AcceptsAByteOrderMarkAndWindowsLineEnds) {
  const YamlNode root = ReadGood(
      "\xef\xbb\xbf"
      "log:\r\n  level: debug\r\n");
  ASSERT_NE(root.Find("log"), nullptr);
  EXPECT_EQ(root.Find("log")->Find("level")->text, "debug");
}

TEST(YamlTree, AcceptsTheMarksAroundOneDocument) {
  EXPECT_EQ(ReadGood("---\na: 1\n...\n").entries.size(), 1u);
}

TEST(YamlTree, KeepsTheFirstOfTwoEqualKeys) {
  Problems problems;
  const std::optional<YamlNode> root = ReadYaml("a: {x: [1, {b: 1, b: 2}]}\n", "test.yaml", problems);
  ASSERT_TRUE(root);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].key, "a.x[1].b");
  EXPECT_EQ(root->Find("a")->Find("x")->items[1].Find("b")->text, "1");
}

TEST(YamlTree, SurvivesWhatIsNoYaml) {
  const std::string deep(100'000, '[');
  const std::string zero("a: b\0c", 6);
  for (const std::string& text : {std::string("{"), std::string("a: b: c"), std::string("- a\nb"), std::string("\"x"),
                                  std::string("%YAML 9.9\n"), std::string("a: *b"), deep, zero}) {
    Problems problems;
    EXPECT_FALSE(ReadYaml(text, "test.yaml", problems)) << text.substr(0, 20);
    EXPECT_FALSE(problems.empty()) << text.substr(0, 20);
  }
}

}  // namespace
}  // namespace config
