#include "client/json_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace workers_builds {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

enum class Colour { kUnknown, kRed, kGreen };
constexpr std::pair<std::string_view, Colour> kColours[] = {{"red", Colour::kRed}, {"green", Colour::kGreen}};

class JsonReaderTest : public ::testing::Test {
 protected:
  JsonReader Read(std::string_view text) {
    document_.emplace(std::move(*JsonDocument::Parse(std::string(text))));
    return JsonReader(document_->root(), notes_);
  }

  std::optional<JsonDocument> document_;
  ReadNotes notes_;
};

TEST_F(JsonReaderTest, ReadsEveryKindOfField) {
  const auto in = Read(R"({"t":"x","l":["a","b"],"b":true,"i":5,"at":"1970-01-01T00:00:01.000Z","o":{"t":"y"},
                           "c":"green"})");
  EXPECT_EQ(in.Text("t"), "x");
  EXPECT_THAT(in.Texts("l"), ElementsAre("a", "b"));
  EXPECT_EQ(in.Bool("b"), true);
  EXPECT_EQ(in.Integer("i"), 5);
  EXPECT_EQ(in.Instant("at"), Timestamp(std::chrono::seconds(1)));
  ASSERT_TRUE(in.Object("o").has_value());
  EXPECT_EQ(in.Object("o")->Text("t"), "y");
  EXPECT_EQ(in.Word<Colour>("c", kColours, Colour::kUnknown), Colour::kGreen);
  EXPECT_THAT(notes_.unknown_values, IsEmpty());
}

void ExpectNothing(const JsonReader& in) {
  EXPECT_EQ(in.Text("f"), "");
  EXPECT_THAT(in.Texts("f"), IsEmpty());
  EXPECT_EQ(in.Bool("f"), std::nullopt);
  EXPECT_EQ(in.Integer("f"), std::nullopt);
  EXPECT_EQ(in.Instant("f"), std::nullopt);
  EXPECT_FALSE(in.Object("f").has_value());
  EXPECT_EQ(in.Word<Colour>("f", kColours, Colour::kUnknown), std::nullopt);
}

TEST_F(JsonReaderTest, AbsentAndNullAreEmptyAndNothingToNote) {
  ExpectNothing(Read("{}"));
  ExpectNothing(Read(R"({"f":null})"));
  ExpectNothing(Read("[]"));
  ExpectNothing(JsonReader(JsonValue(), notes_));
  EXPECT_THAT(notes_.unknown_values, IsEmpty());
}

TEST_F(JsonReaderTest, AWrongTypeIsEmptyAndNotedByItsName) {
  const auto in = Read(R"({"t":1,"l":"x","b":"true","i":"5","at":12,"o":[],"c":false,"w":{}})");
  EXPECT_EQ(in.Text("t"), "");
  EXPECT_THAT(in.Texts("l"), IsEmpty());
  EXPECT_EQ(in.Bool("b"), std::nullopt);
  EXPECT_EQ(in.Integer("i"), std::nullopt);
  EXPECT_EQ(in.Instant("at"), std::nullopt);
  EXPECT_FALSE(in.Object("o").has_value());
  EXPECT_EQ(in.Word<Colour>("c", kColours, Colour::kUnknown), std::nullopt);
  EXPECT_EQ(in.Text("w"), "");
  EXPECT_THAT(notes_.unknown_values,
              UnorderedElementsAre(Pair("t", "number"), Pair("l", "string"), Pair("b", "string"), Pair("i", "string"),
                                   Pair("at", "number"), Pair("o", "array"), Pair("c", "bool"), Pair("w", "object")));
}

TEST_F(JsonReaderTest, AnUnknownWordIsUnknownAndNoted) {
  EXPECT_EQ(Read(R"({"c":"blue"})").Word<Colour>("c", kColours, Colour::kUnknown), Colour::kUnknown);
  EXPECT_THAT(notes_.unknown_values, ElementsAre(Pair("c", "blue")));
}

TEST_F(JsonReaderTest, ATimestampThatIsNoneIsEmptyAndNoted) {
  EXPECT_EQ(Read(R"({"at":"yesterday"})").Instant("at"), std::nullopt);
  EXPECT_THAT(notes_.unknown_values, ElementsAre(Pair("at", "yesterday")));
}

TEST_F(JsonReaderTest, ANumberThatIsNotWholeIsEmptyAndNoted) {
  EXPECT_EQ(Read(R"({"i":1.5})").Integer("i"), std::nullopt);
  EXPECT_THAT(notes_.unknown_values, ElementsAre(Pair("i", "number")));
}

TEST_F(JsonReaderTest, ElementsOfAWrongTypeAreLeftOutAndNoted) {
  EXPECT_THAT(Read(R"({"l":["a",null,"b"]})").Texts("l"), ElementsAre("a", "b"));
  EXPECT_THAT(notes_.unknown_values, ElementsAre(Pair("l", "null")));
}

TEST_F(JsonReaderTest, NotedWordsAreShortAndFitForALog) {
  Read("{\"c\":\"" + std::string(1000, 'x') + "\"}").Word<Colour>("c", kColours, Colour::kUnknown);
  EXPECT_EQ(notes_.unknown_values["c"], std::string(64, 'x'));
  Read(R"({"c":"a\nb"})").Word<Colour>("c", kColours, Colour::kUnknown);
  EXPECT_EQ(notes_.unknown_values["c"], "a b");
}

TEST_F(JsonReaderTest, TextsAreAlwaysUtf8) {
  EXPECT_EQ(Read("{\"t\":\"a\xFFz\"}").Text("t"), "a\xEF\xBF\xBDz");
  EXPECT_THAT(Read("{\"l\":[\"\xFF\",\"ok\"]}").Texts("l"), ElementsAre("\xEF\xBF\xBD", "ok"));
  EXPECT_EQ(notes_.invalid_utf8, 2);
}

TEST_F(JsonReaderTest, ATextMayHoldANul) {
  EXPECT_EQ(Read(R"({"t":"a\u0000b"})").Text("t"), std::string("a\0b", 3));
}

}  // namespace
}  // namespace workers_builds
