#include "client/json_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace workers_builds {
namespace {

using ::testing::HasSubstr;

JsonDocument Parse(std::string_view text) {
  auto document = JsonDocument::Parse(std::string(text));
  EXPECT_TRUE(document.has_value()) << document.error();
  return std::move(*document);
}

std::string ErrorOf(std::string_view text) {
  const auto document = JsonDocument::Parse(std::string(text));
  return document ? "parsed" : document.error();
}

std::string Nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(JsonDocument, KnowsTheTypes) {
  const auto document = Parse(R"({"n":null,"b":true,"i":1,"s":"x","a":[1,2],"o":{"k":"v"}})");
  const auto root = document.root();
  EXPECT_EQ(root.type(), JsonType::kObject);
  EXPECT_EQ(root["n"].type(), JsonType::kNull);
  EXPECT_EQ(root["b"].type(), JsonType::kBool);
  EXPECT_EQ(root["i"].type(), JsonType::kNumber);
  EXPECT_EQ(root["s"].type(), JsonType::kString);
  EXPECT_EQ(root["a"].type(), JsonType::kArray);
  EXPECT_EQ(root["o"].type(), JsonType::kObject);
  EXPECT_EQ(root["none"].type(), JsonType::kAbsent);
}

TEST(JsonDocument, GivesValuesOnlyAsWhatTheyAre) {
  const auto document = Parse(R"({"b":false,"i":-7,"big":18446744073709551615,"d":1.5,"s":"x"})");
  const auto root = document.root();
  EXPECT_EQ(root["b"].AsBool(), false);
  EXPECT_EQ(root["i"].AsInteger(), -7);
  EXPECT_EQ(root["s"].AsString(), "x");
  EXPECT_EQ(root["big"].AsInteger(), std::nullopt);
  EXPECT_EQ(root["d"].AsInteger(), std::nullopt);
  EXPECT_EQ(root["s"].AsInteger(), std::nullopt);
  EXPECT_EQ(root["i"].AsString(), std::nullopt);
  EXPECT_EQ(root["i"].AsBool(), std::nullopt);
}

TEST(JsonDocument, WhatIsAbsentHasAbsentMembers) {
  const auto document = Parse(R"({"a":1})");
  EXPECT_EQ(document.root()["x"]["y"]["z"].type(), JsonType::kAbsent);
  EXPECT_EQ(document.root()["a"]["y"].type(), JsonType::kAbsent);
  EXPECT_EQ(JsonValue().size(), 0U);
}

TEST(JsonDocument, ListsElementsAndMembers) {
  const auto document = Parse(R"({"a":[1,"two"],"o":{"k":"v","l":2}})");
  const auto array = document.root()["a"];
  ASSERT_EQ(array.size(), 2U);
  EXPECT_EQ(array.At(1).AsString(), "two");
  const auto object = document.root()["o"];
  ASSERT_EQ(object.size(), 2U);
  EXPECT_EQ(object.MemberAt(0).name, "k");
  EXPECT_EQ(object.MemberAt(1).value.AsInteger(), 2);
}

TEST(JsonDocument, ViewsSurviveAMove) {
  auto document = Parse(R"({"a":"x"})");
  const auto view = document.root()["a"];
  const auto moved = std::move(document);
  EXPECT_EQ(view.AsString(), "x");
}

TEST(JsonDocument, RefusesWhatIsNoJsonAndSaysWhere) {
  EXPECT_EQ(ErrorOf(""), "the body is empty");
  EXPECT_EQ(ErrorOf("  \n"), "the body is empty");
  EXPECT_THAT(ErrorOf("<html></html>"), HasSubstr("malformed JSON at byte 0"));
  EXPECT_THAT(ErrorOf(R"({"a":1)"), HasSubstr("malformed JSON at byte 6"));
  for (const auto* text :
       {"{}x", "{'a':1}", "[1,]", "NaN", "Infinity", "01", R"("a)", R"({"a" 1})", "nul", "// c\n1"}) {
    EXPECT_THAT(ErrorOf(text), HasSubstr("malformed JSON at byte ")) << text;
  }
}

TEST(JsonDocument, ATextCutShortAnywhereIsAnErrorOfItsOwn) {
  const std::string text = R"({"success":true,"result":[{"a":"\u00fc\ud83d\ude80","b":[1.5e3,null,false]}]})";
  Parse(text);
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_NE(ErrorOf(text.substr(0, length)), "parsed") << text.substr(0, length);
  }
}

TEST(JsonDocument, RefusesNestingAboveTheCap) {
  EXPECT_EQ(ErrorOf(Nested(kMaxJsonDepth)), "parsed");
  EXPECT_THAT(ErrorOf(Nested(kMaxJsonDepth + 1)), HasSubstr("nested deeper than 64 levels"));
  std::string objects;
  for (std::size_t i = 0; i <= kMaxJsonDepth; ++i) objects += R"({"a":)";
  EXPECT_THAT(ErrorOf(objects), HasSubstr("nested deeper than 64 levels"));
}

TEST(JsonDocument, ManyNeighboursAreNoNesting) {
  std::string text = "[";
  for (int i = 0; i < 1000; ++i) text += R"({"a":[]},)";
  EXPECT_EQ(ErrorOf(text + "{}]"), "parsed");
}

TEST(JsonDocument, TwoHundredThousandOpeningBracketsAreAnError) {
  EXPECT_THAT(ErrorOf(std::string(200'000, '[')), HasSubstr("nested deeper"));
  EXPECT_THAT(ErrorOf(Nested(200'000)), HasSubstr("nested deeper"));
}

TEST(JsonDocument, RefusesABodyAboveTheCapUnread) {
  EXPECT_EQ(ErrorOf(std::string(kMaxJsonBytes + 1, 'x')),
            "a body of 67108865 bytes, more than the 67108864 that are parsed");
}

TEST(JsonDocument, HalvesOfSurrogatePairsAreReplacedAndCounted) {
  const auto document = Parse(R"(["cut \ud83d","\ud83dx","\\ud83d stays","\ud83d\ud83d\ude80","\ude80\ud83d"])");
  EXPECT_EQ(document.repaired(), 5);
  const auto root = document.root();
  EXPECT_EQ(root.At(0).AsString(), "cut \xEF\xBF\xBD");
  EXPECT_EQ(root.At(1).AsString(), "\xEF\xBF\xBDx");
  EXPECT_EQ(root.At(2).AsString(), "\\ud83d stays");
  EXPECT_EQ(root.At(3).AsString(), "\xEF\xBF\xBD\xF0\x9F\x9A\x80");
  EXPECT_EQ(root.At(4).AsString(), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(JsonDocument, ABadEscapeIsStillAnError) {
  EXPECT_THAT(ErrorOf(R"(["\ud83d","\u12g4"])"), HasSubstr("malformed JSON"));
  EXPECT_THAT(ErrorOf(R"(["\ud83d\)"), HasSubstr("malformed JSON"));
}

TEST(JsonDocument, ANulIsNoEndOfTheText) {
  EXPECT_THAT(ErrorOf(std::string_view("{}\0{}", 5)), HasSubstr("malformed JSON at byte 2"));
  EXPECT_THAT(ErrorOf(std::string_view("[\"a\0b\"]", 7)), HasSubstr("malformed JSON"));
}

TEST(JsonDocument, TheErrorRepeatsNothingOfTheText) {
  EXPECT_THAT(ErrorOf(R"({"secret":"hidden" "x")"), ::testing::Not(HasSubstr("hidden")));
}

}  // namespace
}  // namespace workers_builds
