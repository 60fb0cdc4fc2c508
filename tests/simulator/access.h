#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/simulator/http.h"
#include "tests/simulator/operation.h"
#include "tests/simulator/scenario.h"

namespace simulator {

/// What stands after `Bearer ` in the Authorization header. Empty: there is none.
std::string BearerToken(const Headers& headers);

/// Why the call is refused (reference, section 1), or nothing when it may go on.
std::optional<Reply> Refusal(const std::vector<TokenScenario>& tokens, const std::string& bearer, const Call& call);

}  // namespace simulator
