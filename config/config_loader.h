#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "client/timestamp.h"
#include "config/config.h"
#include "config/environment.h"
#include "config/problem.h"

namespace config {

/// The largest configuration file, in bytes.
inline constexpr std::size_t kMaxFileBytes = 1024 * 1024;

/// Reads the file and the environment into one checked configuration, or says everything that is wrong with them, in
/// the order of the lines. An empty `file`: the environment alone.
///
/// The file wins. What it does not say comes from the environment: the account from CLOUDFLARE_API_TOKEN and
/// CLOUDFLARE_ACCOUNT_ID when there is no `accounts`, `api.base_url` from CLOUDFLARE_BASE_URL, `state.path` from
/// STATE_DIRECTORY. `now` bounds `state.baseline`. Relative paths in the file are meant from its folder. Tokens that
/// the file or the environment holds are in the result; of a token file only the path is, and that the file could be
/// read just now.
tl::expected<Config, Problems> Load(const std::string& file, const Environment& environment,
                                    workers_builds::Timestamp now);

/// The same for the text of a file that is called `file`.
tl::expected<Config, Problems> LoadText(std::string_view text, const std::string& file, const Environment& environment,
                                        workers_builds::Timestamp now);

/// Every key of the file that this build does, as `accounts[].scripts.include`.
std::vector<std::string> KnownKeys();

}  // namespace config
