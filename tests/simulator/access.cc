#include "tests/simulator/access.h"

#include <algorithm>
#include <string_view>

#include "tests/simulator/envelope.h"

namespace simulator {
namespace {

bool IsBuildsPath(Operation operation) {
  switch (operation) {
    case Operation::kDiscovery:
    case Operation::kVerifyUser:
    case Operation::kVerifyAccount:
      return false;
    case Operation::kLatest:
    case Operation::kVersions:
    case Operation::kBuild:
    case Operation::kList:
    case Operation::kTriggers:
    case Operation::kLimits:
      break;
  }
  return true;
}

bool MayRead(const TokenScenario& token, const Call& call) {
  const Permission needed = IsBuildsPath(call.operation) ? Permission::kWorkersCiRead : Permission::kWorkersScriptsRead;
  return token.permissions.contains(needed) && (token.accounts.empty() || token.accounts.contains(call.account_id));
}

Reply InvalidAccessToken() {
  return Failure(401, 9109, "Invalid access token");
}

}  // namespace

std::string BearerToken(const Headers& headers) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto found = headers.find("authorization");
  if (found == headers.end() || !found->second.starts_with(kScheme)) return "";
  return found->second.substr(kScheme.size());
}

std::optional<Reply> Refusal(const std::vector<TokenScenario>& tokens, const std::string& bearer, const Call& call) {
  if (bearer.empty()) return MissingToken();
  const auto token =
      std::find_if(tokens.begin(), tokens.end(), [&](const TokenScenario& t) { return t.value == bearer; });
  const bool builds_path = IsBuildsPath(call.operation);
  if (token == tokens.end()) return builds_path ? InvalidToken() : InvalidAccessToken();
  switch (call.operation) {
    case Operation::kVerifyUser:
      if (token->kind != TokenKind::kUser) return InvalidAccessToken();
      return std::nullopt;
    case Operation::kVerifyAccount:
      if (token->kind != TokenKind::kAccount) return InvalidAccessToken();
      return std::nullopt;
    default:
      break;
  }
  if (builds_path && token->kind == TokenKind::kAccount) return InvalidToken();
  if (!MayRead(*token, call)) return NotPermitted();
  return std::nullopt;
}

}  // namespace simulator
