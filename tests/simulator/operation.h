#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace simulator {

/// The operations of the API that are answered. Faults and request counts go by these names.
enum class Operation : std::uint8_t {
  kDiscovery,      // GET /accounts/{account}/workers/scripts
  kLatest,         // GET /accounts/{account}/builds/builds/latest?external_script_ids=
  kVersions,       // GET /accounts/{account}/builds/builds?version_ids=
  kBuild,          // GET /accounts/{account}/builds/builds/{build_uuid}
  kList,           // GET /accounts/{account}/builds/workers/{tag}/builds
  kTriggers,       // GET /accounts/{account}/builds/workers/{tag}/triggers
  kLimits,         // GET /accounts/{account}/builds/account/limits
  kVerifyUser,     // GET /user/tokens/verify
  kVerifyAccount,  // GET /accounts/{account}/tokens/verify
};

/// `discovery`, `latest`, `versions`, `build`, `list`, `triggers`, `limits`, `verify_user`, `verify_account`.
std::string_view Word(Operation operation);
std::optional<Operation> OperationFromWord(std::string_view word);

using Query = std::map<std::string, std::string, std::less<>>;

/// A request target taken apart, percent-encoding undone (a comma may come as `%2C`).
struct Target {
  std::string path;
  Query query;
};
Target ParseTarget(std::string_view target);

/// What a path below `/client/v4` asks for.
struct Call {
  Operation operation = Operation::kDiscovery;
  /// Empty where the path has none.
  std::string account_id;
  /// The tag or the build UUID in the path.
  std::string argument;
};
/// Empty for a path that is no operation here.
std::optional<Call> RouteCall(std::string_view path);

}  // namespace simulator
