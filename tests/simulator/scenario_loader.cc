#include "tests/simulator/scenario_loader.h"

#include <fstream>
#include <sstream>

#include "tests/simulator/fields.h"

namespace simulator {
namespace {

bool IsId(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::optional<Plan> PlanFromWord(std::string_view word) {
  if (word == "free") return Plan::kFree;
  if (word == "paid") return Plan::kPaid;
  return std::nullopt;
}

std::optional<TokenKind> KindFromWord(std::string_view word) {
  if (word == "user") return TokenKind::kUser;
  if (word == "account") return TokenKind::kAccount;
  return std::nullopt;
}

std::optional<Permission> PermissionFromWord(std::string_view word) {
  if (word == "workers_ci_read") return Permission::kWorkersCiRead;
  if (word == "workers_scripts_read") return Permission::kWorkersScriptsRead;
  return std::nullopt;
}

AccountScenario ReadAccount(const YAML::Node& node, const std::string& file, std::vector<std::string>& problems) {
  Fields fields(node, file, problems);
  AccountScenario account;
  account.id = fields.Text("id").value_or(account.id);
  if (!IsId(account.id)) fields.Refuse("id", "'" + account.id + "' is not 32 lower-case hex digits");
  account.name = fields.Text("name").value_or(account.id);
  account.plan = fields.OneOf("plan", PlanFromWord, "free, paid").value_or(account.plan);
  account.slots = fields.Count("slots");
  for (const YAML::Node& item : fields.Items("scripts")) {
    Fields script(item, file, problems);
    const ScriptHabits habits = ReadHabits(script);
    for (const ScriptHabits& other : account.scripts) {
      if (other.name == habits.name) script.Refuse("name", "'" + habits.name + "' is there twice");
    }
    account.scripts.push_back(habits);
  }
  // A list alone means that list; a count alone, or neither, means made up ones.
  const std::size_t otherwise = account.scripts.empty() ? account.script_count : account.scripts.size();
  account.script_count = fields.Count("script_count").value_or(otherwise);
  account.builds_per_hour = fields.Number("builds_per_hour").value_or(account.builds_per_hour);
  account.history = fields.Count("history").value_or(account.history);
  account.limit_reached = fields.Flag("limit_reached");
  fields.RefuseTheRest();
  return account;
}

TokenScenario ReadToken(const YAML::Node& node, const std::string& file, std::vector<std::string>& problems) {
  Fields fields(node, file, problems);
  TokenScenario token;
  token.value = fields.Text("value").value_or("");
  if (token.value.empty()) fields.Refuse("value", "is missing or empty: it is what stands after Bearer");
  token.kind = fields.OneOf("kind", KindFromWord, "user, account").value_or(token.kind);
  if (fields.Has("permissions")) token.permissions.clear();
  for (const YAML::Node& item : fields.Items("permissions")) {
    const auto permission = PermissionFromWord(item.IsScalar() ? item.Scalar() : "");
    if (permission) {
      token.permissions.insert(*permission);
    } else {
      fields.Refuse("permissions", "expected workers_ci_read or workers_scripts_read");
    }
  }
  for (const YAML::Node& item : fields.Items("accounts")) {
    if (item.IsScalar() && IsId(item.Scalar())) {
      token.accounts.insert(item.Scalar());
    } else {
      fields.Refuse("accounts", "expected ids of 32 lower-case hex digits");
    }
  }
  fields.RefuseTheRest();
  return token;
}

RateLimit ReadRateLimit(const YAML::Node& node, const std::string& file, std::vector<std::string>& problems) {
  Fields fields(node, file, problems);
  RateLimit limit;
  limit.requests = fields.Count("requests").value_or(limit.requests);
  limit.window = fields.Seconds("window").value_or(limit.window);
  fields.RefuseTheRest();
  return limit;
}

Scenario ReadScenario(const YAML::Node& root, const std::string& file, std::vector<std::string>& problems) {
  Fields fields(root, file, problems);
  Scenario scenario;
  if (fields.Has("accounts")) scenario.accounts.clear();
  for (const YAML::Node& item : fields.Items("accounts")) {
    scenario.accounts.push_back(ReadAccount(item, file, problems));
    for (std::size_t i = 0; i + 1 < scenario.accounts.size(); ++i) {
      const AccountScenario& other = scenario.accounts[i];
      const AccountScenario& added = scenario.accounts.back();
      if (other.id != added.id && other.name != added.name) continue;
      Fields(item, file, problems).Refuse("id", "two accounts have the same id or name");
    }
  }
  if (scenario.accounts.empty()) fields.Refuse("accounts", "the list is empty: leave it out for the default account");
  if (fields.Has("tokens")) scenario.tokens.clear();
  for (const YAML::Node& item : fields.Items("tokens")) scenario.tokens.push_back(ReadToken(item, file, problems));
  for (const YAML::Node& item : fields.Items("faults")) {
    Fields fault(item, file, problems);
    scenario.faults.push_back(ReadFault(fault));
  }
  if (const auto limit = fields.Child("rate_limit")) scenario.rate_limit = ReadRateLimit(*limit, file, problems);
  scenario.unknown_tag_fails_latest =
      fields.Flag("unknown_tag_fails_latest").value_or(scenario.unknown_tag_fails_latest);
  if (const auto start = fields.Text("start")) {
    scenario.start = ParseInstant(*start);
    if (!scenario.start) fields.Refuse("start", "'" + *start + "' is not RFC 3339");
  }
  fields.RefuseTheRest();
  return scenario;
}

}  // namespace

tl::expected<Scenario, std::string> LoadScenario(const std::string& yaml, const std::string& file_name) {
  std::vector<std::string> problems;
  const auto document = ParseDocument(yaml, file_name, problems);
  Scenario scenario;
  if (document && !document->IsNull()) scenario = ReadScenario(*document, file_name, problems);
  if (problems.empty()) return scenario;
  std::string text;
  for (const std::string& problem : problems) text += (text.empty() ? "" : "\n") + problem;
  return tl::unexpected(text);
}

tl::expected<Scenario, std::string> LoadScenarioFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return tl::unexpected(path + ": cannot be read: check that the file is there and readable");
  return LoadScenario(text.str(), path);
}

}  // namespace simulator
