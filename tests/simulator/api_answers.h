#pragma once

#include "tests/simulator/envelope.h"
#include "tests/simulator/operation.h"
#include "tests/simulator/simulated_account.h"

namespace simulator {

/// What an operation answers when nothing is in its way. Marks the builds in it as shown.
struct AnswerOptions {
  bool unknown_tag_fails_latest = false;
};
Reply Answer(SimulatedAccount& account, const Call& call, const Query& query, const AnswerOptions& options);

/// The answer of both token checks for a token that is good.
Reply TokenIsActive(const std::string& token);

/// The tags that a call asks about: the one in the path, or those of `external_script_ids`. Empty: about none.
std::vector<std::string> TagsOf(const Call& call, const Query& query);

}  // namespace simulator
