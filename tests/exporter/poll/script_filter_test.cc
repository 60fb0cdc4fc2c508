#include "exporter/poll/script_filter.h"

#include <gmock/gmock.h>

namespace exporter::poll {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Selected(const config::ScriptSelection& selection) {
  std::vector<std::string> tags;
  for (const auto& script : ScriptFilter(selection).Select({{"shop", "t1"}, {"shop-preview", "t2"}, {"blog", "t3"}})) {
    tags.push_back(script.name + "/" + script.tag);
  }
  return tags;
}

TEST(ScriptFilter, WatchesEveryScriptByDefault) {
  EXPECT_THAT(Selected({}), ElementsAre("shop/t1", "shop-preview/t2", "blog/t3"));
}

TEST(ScriptFilter, APatternMatchesTheWholeName) {
  EXPECT_THAT(Selected({.include = {"shop"}, .exclude = {}, .tags = {}}), ElementsAre("shop/t1"));
}

TEST(ScriptFilter, AnExcludedNameIsNotWatched) {
  EXPECT_THAT(Selected({.include = {".*"}, .exclude = {".*-preview", "x"}, .tags = {}}),
              ElementsAre("shop/t1", "blog/t3"));
}

TEST(ScriptFilter, AListedTagIsWatchedWhateverItsNameIs) {
  EXPECT_THAT(Selected({.include = {"blog"}, .exclude = {"shop.*"}, .tags = {"t2"}}),
              ElementsAre("shop-preview/t2", "blog/t3"));
}

TEST(ScriptFilter, EachScriptAndEachListedTagIsWatchedByOneShard) {
  std::vector<std::string> watched;
  for (const int index : {0, 1, 2}) {
    const ScriptFilter filter({.include = {".*"}, .exclude = {}, .tags = {"t8", "t9"}}, {index, 3});
    for (const auto& script : filter.Select({{"shop", "t1"}, {"shop-preview", "t2"}, {"blog", "t3"}, {"docs", "t8"}})) {
      watched.push_back(script.name + "/" + script.tag);
    }
  }
  EXPECT_THAT(watched, ::testing::UnorderedElementsAre("shop/t1", "shop-preview/t2", "blog/t3", "docs/t8", "/t9"));
}

TEST(ScriptFilter, AListedTagThatDiscoveryDoesNotHaveComesWithoutAName) {
  EXPECT_THAT(Selected({.include = {}, .exclude = {}, .tags = {"t9", "t9", "t1"}}), ElementsAre("shop/t1", "/t9"));
}

}  // namespace
}  // namespace exporter::poll
