#include "client/script_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace workers_builds {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(ScriptDecoder, TheNameIsTheIdAndTheTagIsNotTheTags) {
  const auto document = JsonDocument::Parse(
      R"([{"id":"storefront","tag":"dd7160bb9cef458093557736f4b9e75b","tags":["team:web"],"routes":null}])");
  ReadNotes notes;
  const auto scripts = DecodeScripts(document->root(), notes);
  ASSERT_TRUE(scripts.has_value());
  ASSERT_EQ(scripts->size(), 1U);
  EXPECT_EQ(scripts->front().name, "storefront");
  EXPECT_EQ(scripts->front().tag, "dd7160bb9cef458093557736f4b9e75b");
  EXPECT_THAT(notes.unknown_values, IsEmpty());
}

TEST(ScriptDecoder, AScriptWithoutATagIsLeftOutAndNoted) {
  for (const auto& [text, type] :
       std::map<std::string, std::string>{{R"([{"id":"a"},{"id":"b","tag":"bb"}])", "absent"},
                                          {R"([{"tag":null},{"tag":"bb"}])", "null"},
                                          {R"([{"tag":""},{"tag":"bb"}])", "string"},
                                          {R"([7,{"tag":"bb"}])", "absent"},
                                          {R"([{"tag":7},{"tag":"bb"}])", "number"}}) {
    const auto document = JsonDocument::Parse(text);
    ReadNotes notes;
    const auto scripts = DecodeScripts(document->root(), notes);
    ASSERT_TRUE(scripts.has_value());
    ASSERT_EQ(scripts->size(), 1U) << text;
    EXPECT_EQ(scripts->front().tag, "bb");
    EXPECT_THAT(notes.unknown_values, ElementsAre(Pair("tag", type))) << text;
  }
}

TEST(ScriptDecoder, NoScriptsAreAValueAndNullIsAnError) {
  ReadNotes notes;
  EXPECT_TRUE(DecodeScripts(JsonDocument::Parse("[]")->root(), notes).has_value());
  const auto document = JsonDocument::Parse("null");
  const auto scripts = DecodeScripts(document->root(), notes);
  ASSERT_FALSE(scripts.has_value());
  EXPECT_EQ(scripts.error().json_path, "$.result");
}

}  // namespace
}  // namespace workers_builds
