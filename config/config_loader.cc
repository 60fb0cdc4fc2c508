#include "config/config_loader.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "config/accounts_section.h"
#include "config/metrics_section.h"
#include "config/section.h"
#include "config/settings_sections.h"
#include "config/text_check.h"

namespace config {
namespace {

constexpr Key<Config> kSections[] = {
    {"accounts", [](const Value& value, Config& out) { ReadAccounts(value, out.accounts); }},
    {"api", [](const Value& value, Config& out) { ReadApi(value, out.api); }},
    {"poll", [](const Value& value, Config& out) { ReadPoll(value, out.poll); }},
    {"metrics", [](const Value& value, Config& out) { ReadMetrics(value, out.metrics); }},
    {"state", [](const Value& value, Config& out) { ReadState(value, out.state); }},
    {"log", [](const Value& value, Config& out) { ReadLog(value, out.log); }},
};

std::optional<std::string> Variable(const Environment& environment, const std::string& name) {
  std::optional<std::string> value = environment(name);
  if (value && value->empty()) value.reset();
  return value;
}

void RefuseVariable(ReadContext& context, std::string name, std::string message) {
  context.problems.push_back({"environment", 0, std::move(name), std::move(message)});
}

void AddAccountFromEnvironment(ReadContext& context, Config& config) {
  const std::optional<std::string> token = Variable(context.environment, "CLOUDFLARE_API_TOKEN");
  const std::optional<std::string> id = Variable(context.environment, "CLOUDFLARE_ACCOUNT_ID");
  if (!token && !id) {
    context.problems.push_back({context.file.empty() ? "environment" : context.file, 0, "",
                                "no account to watch: set CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID, or list "
                                "accounts in the file that --config.file=PATH names"});
    return;
  }
  Account account;
  if (!token) {
    RefuseVariable(context, "CLOUDFLARE_API_TOKEN", "is not set, while CLOUDFLARE_ACCOUNT_ID is: both are needed");
  } else if (tl::expected<Secret, std::string> parsed = ParseToken(*token)) {
    account.api_token = *std::move(parsed);
  } else {
    RefuseVariable(context, "CLOUDFLARE_API_TOKEN", parsed.error());
  }
  if (!id) {
    RefuseVariable(context, "CLOUDFLARE_ACCOUNT_ID", "is not set, while CLOUDFLARE_API_TOKEN is: both are needed");
  } else if (const std::optional<std::string> parsed = ParseHexId(*id)) {
    account.id = account.name = *parsed;
  } else {
    RefuseVariable(context, "CLOUDFLARE_ACCOUNT_ID", "is not an account id: expected 32 hex digits");
  }
  config.accounts.push_back(std::move(account));
}

void AddBaseUrlFromEnvironment(ReadContext& context, Config& config) {
  const std::optional<std::string> text = Variable(context.environment, "CLOUDFLARE_BASE_URL");
  if (!text) return;
  if (tl::expected<std::string, std::string> url = ParseBaseUrl(*text)) {
    config.api.base_url = *std::move(url);
  } else {
    RefuseVariable(context, "CLOUDFLARE_BASE_URL", url.error());
  }
}

/// systemd's StateDirectory=; it may name several folders.
void AddStatePathFromEnvironment(const ReadContext& context, Config& config) {
  const std::optional<std::string> folders = Variable(context.environment, "STATE_DIRECTORY");
  if (folders) config.state.path = folders->substr(0, folders->find(':')) + "/state.db";
}

tl::expected<Config, Problems> Build(const YamlNode& root, ReadContext context) {
  Config config;
  ReadSection<Config>(Value(root, "", context), kSections, config);
  std::ranges::stable_sort(context.problems, {}, &Problem::line);
  const bool is_section = root.kind == YamlNode::Kind::kMapping || root.kind == YamlNode::Kind::kNull;
  if (is_section && root.Find("accounts") == nullptr) AddAccountFromEnvironment(context, config);
  const YamlNode* const api = root.Find("api");
  if (api == nullptr || api->Find("base_url") == nullptr) AddBaseUrlFromEnvironment(context, config);
  if (config.state.path.empty()) AddStatePathFromEnvironment(context, config);
  if (!context.problems.empty()) return tl::unexpected(std::move(context.problems));
  return config;
}

tl::expected<std::string, std::string> ReadText(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return tl::unexpected<std::string>("is a directory, not a file");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return tl::unexpected("cannot be read: " + std::generic_category().message(errno));
  std::string text(kMaxFileBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return tl::unexpected("cannot be read: " + std::generic_category().message(errno));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

}  // namespace

tl::expected<Config, Problems> Load(const std::string& file, const Environment& environment,
                                    workers_builds::Timestamp now) {
  if (file.empty()) return Build(YamlNode{}, {"", environment, now, {}});
  const tl::expected<std::string, std::string> text = ReadText(file);
  if (!text) return tl::unexpected(Problems{{file, 0, "", text.error()}});
  return LoadText(*text, file, environment, now);
}

tl::expected<Config, Problems> LoadText(std::string_view text, const std::string& file, const Environment& environment,
                                        workers_builds::Timestamp now) {
  if (text.size() > kMaxFileBytes) {
    return tl::unexpected(Problems{{file, 0, "", "is larger than 1 MiB, the most that a configuration may have"}});
  }
  ReadContext context{file, environment, now, {}};
  const std::optional<YamlNode> root = ReadYaml(text, file, context.problems);
  if (!root) return tl::unexpected(std::move(context.problems));
  return Build(*root, std::move(context));
}

std::vector<std::string> KnownKeys() {
  std::vector<std::string> names = AccountKeyNames();
  std::ranges::move(SettingsKeyNames(), std::back_inserter(names));
  std::ranges::move(MetricsKeyNames(), std::back_inserter(names));
  return names;
}

}  // namespace config
