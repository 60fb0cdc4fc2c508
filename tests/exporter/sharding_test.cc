#include "exporter/sharding.h"

#include <gmock/gmock.h>

namespace exporter {
namespace {

using ledger::Shard;
using ::testing::AllOf;
using ::testing::HasSubstr;

CommandLine WithTotal(int total, std::optional<int> index = std::nullopt) {
  CommandLine line;
  line.shard_total = total;
  line.shard_index = index;
  return line;
}

TEST(Sharding, OneExporterNeedsNoIndexAndNoPod) {
  EXPECT_EQ(ShardOf(WithTotal(1), nullptr), (Shard{0, 1}));
  EXPECT_EQ(ShardOf(WithTotal(1), "exporter-5"), (Shard{0, 1}));
}

TEST(Sharding, TheIndexIsTheFlagOrTheOrdinalOfTheStatefulSet) {
  EXPECT_EQ(ShardOf(WithTotal(3, 2), "exporter-0"), (Shard{2, 3})) << "the flag wins";
  EXPECT_EQ(ShardOf(WithTotal(3), "workers-builds-exporter-1"), (Shard{1, 3}));
  EXPECT_EQ(ShardOf(WithTotal(12), "exporter-11"), (Shard{11, 12}));
}

TEST(Sharding, APodWithoutAnOrdinalIsExplained) {
  EXPECT_THAT(ShardOf(WithTotal(3), nullptr).error(),
              AllOf(HasSubstr("--shard.total=3"), HasSubstr("--shard.index"), HasSubstr("POD_NAME")));
  EXPECT_FALSE(ShardOf(WithTotal(3), "").has_value());
  for (const char* name : {"exporter", "exporter-", "exporter-7d9f8", "exporter-3", "2", "exporter--1x"}) {
    const auto shard = ShardOf(WithTotal(3), name);
    ASSERT_FALSE(shard.has_value()) << name;
    EXPECT_THAT(shard.error(), AllOf(HasSubstr(name), HasSubstr("0 to 2"), HasSubstr("--shard.index")));
  }
}

TEST(Sharding, ShardsNeedABaselineThatAllOfThemHave) {
  config::Config config;
  const auto taken = TakePart(config, {0, 3});
  ASSERT_FALSE(taken.has_value());
  EXPECT_THAT(taken.error(), AllOf(HasSubstr("state.baseline"), HasSubstr("--shard.total=3")));
  EXPECT_TRUE(TakePart(config, {0, 1}).has_value()) << "one alone does not";
}

TEST(Sharding, EachHasItsPartOfTheRequestBudget) {
  config::Config config;
  config.state.baseline = workers_builds::Timestamp{};
  config.api.requests_per_5m = 600;
  ASSERT_TRUE(TakePart(config, {1, 4}).has_value());
  EXPECT_EQ(config.api.requests_per_5m, 150);
}

TEST(Sharding, ABudgetWithLessThanARequestForEachIsRefused) {
  config::Config config;
  config.state.baseline = workers_builds::Timestamp{};
  config.api.requests_per_5m = 3;
  const auto taken = TakePart(config, {1, 4});
  ASSERT_FALSE(taken.has_value());
  EXPECT_THAT(taken.error(), AllOf(HasSubstr("api.requests_per_5m: 3"), HasSubstr("--shard.total=4")));
  EXPECT_TRUE(TakePart(config, {1, 3}).has_value());
}

}  // namespace
}  // namespace exporter
