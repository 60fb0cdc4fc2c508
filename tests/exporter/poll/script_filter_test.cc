#include "exporter/poll/script_filter.h"

#include <gmock/gmock.h>

namespace exporter::poll {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

std::vector<std::string> Selected(const config::ScriptSelection& selection) {
  std::vector<std::string> tags;
  const auto discovered = std::vector<workers_builds::Script>{{"shop", "t1"}, {"shop-preview", "t2"}, {"blog", "t3"}};
  for (const auto& script : ScriptFilter(selection).Select(discovered).watched) {
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
    const auto selection = filter.Select({{"shop", "t1"}, {"shop-preview", "t2"}, {"blog", "t3"}, {"docs", "t8"}});
    for (const auto& script : selection.watched) watched.push_back(script.name + "/" + script.tag);
  }
  EXPECT_THAT(watched, UnorderedElementsAre("shop/t1", "shop-preview/t2", "blog/t3", "docs/t8", "/t9"));
}

TEST(ScriptFilter, AShardKnowsTheNamesThatOthersWatch) {
  const std::vector<workers_builds::Script> discovered{
      {"shop", "t1"}, {"secret", "t2"}, {"blog", "t3"}, {"docs", "t8"}};
  for (const int index : {0, 1, 2}) {
    const ScriptFilter filter({.include = {".*"}, .exclude = {"secret", "docs"}, .tags = {"t8"}}, {index, 3});
    const auto selection = filter.Select(discovered);
    std::vector<std::string> names(selection.names_elsewhere.begin(), selection.names_elsewhere.end());
    for (const auto& script : selection.watched) names.push_back(script.name);
    EXPECT_THAT(names, UnorderedElementsAre("shop", "blog", "docs")) << "shard " << index;
  }
}

TEST(ScriptFilter, AListedTagThatDiscoveryDoesNotHaveComesWithoutAName) {
  EXPECT_THAT(Selected({.include = {}, .exclude = {}, .tags = {"t9", "t9", "t1"}}), ElementsAre("shop/t1", "/t9"));
}

}  // namespace
}  // namespace exporter::poll
