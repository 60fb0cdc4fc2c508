#pragma once

#include <cstddef>
#include <string>

#include "tests/simulator/build.h"
#include "tests/simulator/random.h"

namespace simulator {

/// A build that comes by itself: what caused it and how it will go. About 82 % succeed, 10 % (or what the habits say)
/// fail, 4 % are skipped, 3 % cancelled, 1 % terminated after 20 minutes.
struct DrawnBuild {
  BranchClass branch_class = BranchClass::kProduction;
  Source source = Source::kPushEvent;
  std::string branch;
  BuildPlan plan;
};
DrawnBuild DrawBuild(Random& random, const Script& script);

/// How a build of that outcome goes with this script.
BuildPlan DrawPlan(Random& random, const Script& script, Outcome outcome);

/// A branch that fits the class.
std::string DrawBranch(Random& random, const Script& script, BranchClass branch_class);

/// Fills in what the scenario leaves open: name, weight, typical run time.
ScriptHabits DrawHabits(Random& random, const ScriptHabits& given, std::size_t number);

/// A script with a tag, triggers and a repository, without builds.
Script DrawScript(Random& random, const ScriptHabits& habits, Instant created_on);

}  // namespace simulator
