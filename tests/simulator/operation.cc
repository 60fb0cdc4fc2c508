#include "tests/simulator/operation.h"

#include <array>
#include <utility>
#include <vector>

namespace simulator {
namespace {

constexpr std::array<std::pair<Operation, std::string_view>, 9> kWords = {{
    {Operation::kDiscovery, "discovery"},
    {Operation::kLatest, "latest"},
    {Operation::kVersions, "versions"},
    {Operation::kBuild, "build"},
    {Operation::kList, "list"},
    {Operation::kTriggers, "triggers"},
    {Operation::kLimits, "limits"},
    {Operation::kVerifyUser, "verify_user"},
    {Operation::kVerifyAccount, "verify_account"},
}};

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string Decode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool pair = text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0;
    if (pair) {
      decoded += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      decoded += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

std::vector<std::string_view> SplitAt(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

/// `{}` takes any one segment; what it took is appended to `taken`.
bool Matches(const std::vector<std::string_view>& path, std::string_view pattern, std::vector<std::string>& taken) {
  const auto wanted = SplitAt(pattern, '/');
  if (path.size() != wanted.size()) return false;
  taken.clear();
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (wanted[i] == "{}" && !path[i].empty()) {
      taken.emplace_back(path[i]);
    } else if (wanted[i] != path[i]) {
      return false;
    }
  }
  return true;
}

struct Route {
  std::string_view pattern;
  Operation operation;
};

// A fixed last segment stands before `{}` in the same place.
constexpr std::array<Route, 9> kRoutes = {{
    {"/client/v4/accounts/{}/workers/scripts", Operation::kDiscovery},
    {"/client/v4/accounts/{}/builds/builds/latest", Operation::kLatest},
    {"/client/v4/accounts/{}/builds/builds", Operation::kVersions},
    {"/client/v4/accounts/{}/builds/builds/{}", Operation::kBuild},
    {"/client/v4/accounts/{}/builds/workers/{}/builds", Operation::kList},
    {"/client/v4/accounts/{}/builds/workers/{}/triggers", Operation::kTriggers},
    {"/client/v4/accounts/{}/builds/account/limits", Operation::kLimits},
    {"/client/v4/user/tokens/verify", Operation::kVerifyUser},
    {"/client/v4/accounts/{}/tokens/verify", Operation::kVerifyAccount},
}};

}  // namespace

std::string_view Word(Operation operation) {
  for (const auto& [value, word] : kWords) {
    if (value == operation) return word;
  }
  return "";
}

std::optional<Operation> OperationFromWord(std::string_view word) {
  for (const auto& [value, text] : kWords) {
    if (text == word) return value;
  }
  return std::nullopt;
}

Target ParseTarget(std::string_view target) {
  Target parsed;
  const auto question = target.find('?');
  parsed.path = Decode(target.substr(0, question), false);
  if (question == std::string_view::npos) return parsed;
  for (const std::string_view field : SplitAt(target.substr(question + 1), '&')) {
    const auto equals = field.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view() : field.substr(equals + 1);
    if (!field.empty()) parsed.query[Decode(field.substr(0, equals), true)] = Decode(value, true);
  }
  return parsed;
}

std::optional<Call> RouteCall(std::string_view path) {
  const auto segments = SplitAt(path, '/');
  std::vector<std::string> taken;
  for (const Route& route : kRoutes) {
    if (!Matches(segments, route.pattern, taken)) continue;
    taken.resize(2);
    return Call{route.operation, taken[0], taken[1]};
  }
  return std::nullopt;
}

}  // namespace simulator
