#include "exporter/ledger/vocabulary.h"

#include <gmock/gmock.h>

namespace exporter::ledger {
namespace {

using ::testing::ElementsAre;

template <typename Set>
std::vector<std::string_view> Words(const Set& set) {
  std::vector<std::string_view> words;
  for (const auto value : set) words.push_back(ToWord(value));
  return words;
}

BranchClass ClassOf(std::vector<std::string> branch_includes) {
  workers_builds::BuildTrigger trigger;
  trigger.branch_includes = std::move(branch_includes);
  return Classify(trigger);
}

TEST(Vocabulary, HasTheWordsOfTheMetricCatalogue) {
  EXPECT_THAT(Words(kBranchClasses), ElementsAre("production", "preview", "unknown"));
  EXPECT_THAT(Words(kPhases), ElementsAre("queue", "init", "run"));
  EXPECT_THAT(Words(kOutcomeGroups), ElementsAre("success", "failure", "other"));
  EXPECT_THAT(Words(kOutcomes), ElementsAre("success", "fail", "skipped", "cancelled", "terminated", "unknown"));
  EXPECT_THAT(Words(kStatuses), ElementsAre("queued", "initializing", "running", "stopped", "unknown"));
  EXPECT_THAT(Words(kTriggerSources), ElementsAre("push", "pull_request", "manual", "api", "deploy_hook", "unknown"));
}

TEST(Vocabulary, TheBranchesOfTheTriggerAreTheClass) {
  EXPECT_EQ(ClassOf({"main"}), BranchClass::kProduction);
  EXPECT_EQ(ClassOf({"main", "release"}), BranchClass::kProduction);
  EXPECT_EQ(ClassOf({"*"}), BranchClass::kPreview);
  EXPECT_EQ(ClassOf({"main", "feature/*"}), BranchClass::kPreview);
  EXPECT_EQ(ClassOf({}), BranchClass::kUnknown);
  EXPECT_EQ(Classify(std::nullopt), BranchClass::kUnknown);
}

TEST(Vocabulary, FailAndTerminatedAreFailuresSkippedAndCancelledNoVerdict) {
  EXPECT_EQ(GroupOf(BuildOutcome::kSuccess), OutcomeGroup::kSuccess);
  EXPECT_EQ(GroupOf(BuildOutcome::kFail), OutcomeGroup::kFailure);
  EXPECT_EQ(GroupOf(BuildOutcome::kTerminated), OutcomeGroup::kFailure);
  for (const auto other : {BuildOutcome::kSkipped, BuildOutcome::kCancelled, BuildOutcome::kUnknown}) {
    EXPECT_EQ(GroupOf(other), OutcomeGroup::kOther) << ToWord(other);
  }
  EXPECT_FALSE(IsVerdict(BuildOutcome::kSkipped));
  EXPECT_FALSE(IsVerdict(BuildOutcome::kCancelled));
  EXPECT_TRUE(IsVerdict(BuildOutcome::kUnknown));
}

}  // namespace
}  // namespace exporter::ledger
