#include "config/accounts_section.h"

#include <algorithm>
#include <optional>
#include <tl/expected.hpp>
#include <utility>

#include "config/file_check.h"
#include "config/pattern_list.h"
#include "config/section.h"
#include "config/text_check.h"

namespace config {
namespace {

void ReadId(const Value& value, Account& account) {
  const std::optional<std::string> text = value.Text();
  if (!text) return;
  if (const std::optional<std::string> id = ParseHexId(*text)) {
    account.id = *id;
  } else {
    value.Refuse("is not an account id: expected 32 hex digits, as in the address of the account's dashboard");
  }
}

void ReadName(const Value& value, Account& account) {
  const std::optional<std::string> text = value.Text();
  if (!text) return;
  if (IsLabelText(*text)) {
    account.name = *text;
  } else {
    value.Refuse("is not fit for a label: expected UTF-8 text that is not empty and has no control characters");
  }
}

/// `from` begins the message: where the text comes from.
void ReadToken(const Value& value, Account& account, std::string_view text, const std::string& from) {
  tl::expected<Secret, std::string> token = ParseToken(text);
  if (token) {
    account.api_token = *std::move(token);
  } else {
    value.Refuse(from + token.error());
  }
}

void ReadApiToken(const Value& value, Account& account) {
  if (const std::optional<std::string> text = value.Text()) ReadToken(value, account, *text, "");
}

/// Whoever pastes the token itself where its variable or file belongs must not find it in the log: only what looks
/// like a variable, or like a path, is repeated.
bool LooksLikeVariable(const std::string& name) {
  return IsVariableName(name) && std::ranges::none_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
}

void ReadApiTokenEnv(const Value& value, Account& account) {
  const std::optional<std::string> name = value.Text();
  if (!name) return;
  if (!IsVariableName(*name)) {
    value.Refuse("is not the name of an environment variable: expected letters, digits and '_', such as CF_API_TOKEN");
    return;
  }
  const std::string variable = "the environment variable " + (LooksLikeVariable(*name) ? *name : "named here") + " ";
  const std::optional<std::string> token = value.context().environment(*name);
  if (!token) return value.Refuse(variable + "is not set: it must hold the API token");
  ReadToken(value, account, *token, variable);
}

void ReadApiTokenFile(const Value& value, Account& account) {
  const std::optional<std::string> written = value.Text();
  if (!written) return;
  if (written->empty()) return value.Refuse("is empty: expected the path of a file that holds the API token");
  const std::string path = ResolvePath(*written, value.context().file);
  if (const std::optional<std::string> why = WhyUnusable(path)) {
    const bool is_path = written->find('/') != std::string::npos;
    return value.Refuse((is_path ? value.Quoted() + ": " : "") + *why + "; it must hold the API token");
  }
  account.api_token_file = path;
}

void ReadPlan(const Value& value, Account& account) {
  static constexpr std::pair<std::string_view, Plan> kPlans[] = {
      {"free", Plan::kFree}, {"paid", Plan::kPaid}, {"unknown", Plan::kUnknown}};
  value.ReadWord<Plan>(kPlans, account.plan);
}

void ReadTags(const Value& value, ScriptSelection& scripts) {
  for (const Value& item : value.Items()) {
    const std::optional<std::string> text = item.Text();
    if (!text) continue;
    const std::optional<std::string> tag = ParseHexId(*text);
    if (!tag) {
      item.Refuse(item.Quoted() + " is not a script tag (external script id): expected 32 hex digits");
    } else if (std::ranges::find(scripts.tags, *tag) != scripts.tags.end()) {
      item.Refuse("the tag is listed twice: remove one");
    } else {
      scripts.tags.push_back(*tag);
    }
  }
}

constexpr Key<ScriptSelection> kScriptKeys[] = {
    {"include", [](const Value& value, ScriptSelection& out) { ReadPatterns(value, out.include); }},
    {"exclude", [](const Value& value, ScriptSelection& out) { ReadPatterns(value, out.exclude); }},
    {"tags", ReadTags},
};

constexpr Key<Account> kAccountKeys[] = {
    {"id", ReadId},
    {"name", ReadName},
    {"api_token_file", ReadApiTokenFile},
    {"api_token_env", ReadApiTokenEnv},
    {"api_token", ReadApiToken},
    {"plan", ReadPlan},
    {"scripts",
     [](const Value& value, Account& out) { ReadSection<ScriptSelection>(value, kScriptKeys, out.scripts); }},
};

void CheckTokenSource(const Value& item) {
  const YamlEntry* source = nullptr;
  for (const YamlEntry& entry : item.node().entries) {
    if (entry.key != "api_token_file" && entry.key != "api_token_env" && entry.key != "api_token") continue;
    if (source != nullptr) {
      Value(entry.value, Join(item.key(), entry.key), item.context())
          .Refuse("the account has a token already, " + source->key + " on line " + std::to_string(source->line) +
                  ": keep one of the two");
    }
    source = &entry;
  }
  if (source == nullptr) item.Refuse("no API token: add one of api_token_file, api_token_env and api_token");
}

/// The first account with the same id, then with the same name.
void CheckUnique(const Value& item, const std::vector<Account>& earlier, const Account& account) {
  const auto refuse = [&item](std::string_view key, std::size_t index) {
    const YamlNode* node = item.node().Find(key);
    Value(node != nullptr ? *node : item.node(), Join(item.key(), key), item.context())
        .Refuse("accounts[" + std::to_string(index) + "] has the same " + std::string(key) +
                ": each must be there once");
  };
  for (std::size_t i = 0; i < earlier.size(); ++i) {
    if (!account.id.empty() && earlier[i].id == account.id) return refuse("id", i);
  }
  for (std::size_t i = 0; i < earlier.size(); ++i) {
    if (!account.name.empty() && earlier[i].name == account.name) return refuse("name", i);
  }
}

Account ReadAccount(const Value& item, const std::vector<Account>& earlier) {
  Account account;
  ReadSection<Account>(item, kAccountKeys, account);
  if (item.node().kind != YamlNode::Kind::kMapping) return account;
  if (item.node().Find("id") == nullptr) {
    item.Refuse("no id: add the account's id, 32 hex digits");
  }
  CheckTokenSource(item);
  if (item.node().Find("name") == nullptr) account.name = account.id;
  CheckUnique(item, earlier, account);
  return account;
}

}  // namespace

void ReadAccounts(const Value& section, std::vector<Account>& out) {
  const std::vector<Value> items = section.Items();
  if (items.empty() && section.node().kind == YamlNode::Kind::kSequence) {
    section.Refuse("lists no account: add one with id and api_token_file, or remove the key and use the environment");
  }
  for (const Value& item : items) out.push_back(ReadAccount(item, out));
}

std::vector<std::string> AccountKeyNames() {
  std::vector<std::string> names = KeyNames<Account>("accounts[]", kAccountKeys);
  std::ranges::copy(KeyNames<ScriptSelection>("accounts[].scripts", kScriptKeys), std::back_inserter(names));
  return names;
}

}  // namespace config
