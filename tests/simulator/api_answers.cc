#include "tests/simulator/api_answers.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "tests/simulator/build_json.h"
#include "tests/simulator/random.h"

namespace simulator {
namespace {

constexpr std::size_t kMostIds = 20;
constexpr std::size_t kMostPerPage = 200;

std::vector<std::string> SplitList(const Query& query, std::string_view key) {
  std::vector<std::string> items;
  const auto found = query.find(key);
  if (found == query.end()) return items;
  std::string_view rest = found->second;
  for (;;) {
    const auto comma = rest.find(',');
    if (comma != 0 && !rest.empty()) items.emplace_back(rest.substr(0, comma));
    if (comma == std::string_view::npos) return items;
    rest.remove_prefix(comma + 1);
  }
}

/// A positive number; `otherwise` where the query says nothing, empty where it says nonsense.
std::optional<std::size_t> Number(const Query& query, std::string_view key, std::size_t otherwise) {
  const auto found = query.find(key);
  if (found == query.end()) return otherwise;
  std::size_t value = 0;
  const char* end = found->second.data() + found->second.size();
  const auto [stop, error] = std::from_chars(found->second.data(), end, value);
  if (error != std::errc() || stop != end || value == 0) return std::nullopt;
  return value;
}

std::vector<std::size_t> VisibleNewestFirst(const SimulatedAccount& account, const Script& script) {
  std::vector<std::size_t> visible;
  for (auto index = script.builds.rbegin(); index != script.builds.rend(); ++index) {
    if (account.builds()[*index].VisibleAt(account.now())) visible.push_back(*index);
  }
  return visible;
}

Reply Discovery(const SimulatedAccount& account) {
  return Success([&](JsonWriter& json) {
    json.StartArray();
    for (const Script& script : account.scripts()) {
      if (!script.deleted) WriteScript(json, script);
    }
    json.EndArray();
  });
}

Reply BuildMap(SimulatedAccount& account, const std::map<std::string, std::size_t>& builds) {
  for (const auto& [key, index] : builds) account.MarkShown(index);
  return Success([&](JsonWriter& json) {
    json.StartObject();
    WriteKey(json, "builds");
    json.StartObject();
    for (const auto& [key, index] : builds) {
      const Build& build = account.builds()[index];
      WriteKey(json, key);
      WriteBuild(json, account.scripts()[build.script], build);
    }
    json.EndObject();
    json.EndObject();
  });
}

Reply Latest(SimulatedAccount& account, const Query& query, const AnswerOptions& options) {
  const auto tags = SplitList(query, "external_script_ids");
  if (tags.empty() || tags.size() > kMostIds) return InvalidQuery();
  std::map<std::string, std::size_t> newest;
  for (const std::string& tag : tags) {
    const Script* script = account.FindScript(tag);
    if (script == nullptr) {
      if (options.unknown_tag_fails_latest) return NotFound();
      continue;
    }
    const auto found = std::find_if(script->builds.rbegin(), script->builds.rend(), [&](std::size_t index) {
      return account.builds()[index].VisibleAt(account.now());
    });
    if (found != script->builds.rend()) newest[tag] = *found;
  }
  return BuildMap(account, newest);
}

Reply Versions(SimulatedAccount& account, const Query& query) {
  const auto ids = SplitList(query, "version_ids");
  if (ids.empty() || ids.size() > kMostIds) return InvalidQuery();
  std::map<std::string, std::size_t> found;
  for (const std::string& id : ids) {
    const Build* build = account.FindBuild(VersionIdOf(id));
    if (build == nullptr || build->outcome != Outcome::kSuccess || !build->VisibleAt(account.now())) continue;
    found[id] = static_cast<std::size_t>(build - account.builds().data());
  }
  return BuildMap(account, found);
}

Reply OneBuild(SimulatedAccount& account, const std::string& uuid) {
  const Build* build = account.FindBuild(uuid);
  if (build == nullptr || !build->VisibleAt(account.now())) return NotFound();
  account.MarkShown(static_cast<std::size_t>(build - account.builds().data()));
  return Success([&](JsonWriter& json) { WriteBuild(json, account.scripts()[build->script], *build, true); });
}

Reply List(SimulatedAccount& account, const std::string& tag, const Query& query) {
  const auto page = Number(query, "page", 1);
  const auto per_page = Number(query, "per_page", 50);
  if (!page || !per_page || *per_page > kMostPerPage) return InvalidQuery();
  const Script* script = account.FindScript(tag);
  if (script == nullptr) return NotFound();
  const auto visible = VisibleNewestFirst(account, *script);
  // Page numbers beyond the end are fine, and empty; the comparison keeps the product from overflowing.
  const bool beyond = *page - 1 > visible.size() / *per_page;
  const std::size_t first = beyond ? visible.size() : std::min(visible.size(), (*page - 1) * *per_page);
  const std::size_t last = std::min(visible.size(), first + *per_page);
  for (std::size_t i = first; i < last; ++i) account.MarkShown(visible[i]);
  const PageInfo info{*page, *per_page, last - first, visible.size()};
  return Success(
      [&](JsonWriter& json) {
        json.StartArray();
        for (std::size_t i = first; i < last; ++i) WriteBuild(json, *script, account.builds()[visible[i]]);
        json.EndArray();
      },
      info);
}

Reply Triggers(const SimulatedAccount& account, const std::string& tag) {
  const Script* script = account.FindScript(tag);
  if (script == nullptr) return NotFound();
  return Success([&](JsonWriter& json) {
    json.StartArray();
    if (script->habits.connected) {
      WriteTrigger(json, *script, BranchClass::kProduction);
      WriteTrigger(json, *script, BranchClass::kPreview);
    }
    json.EndArray();
  });
}

Reply AccountLimits(const SimulatedAccount& account) {
  const Limits limits = account.limits();
  return Success([&](JsonWriter& json) {
    json.StartObject();
    WriteKey(json, "has_reached_build_minutes_limit");
    if (limits.reached) {
      json.Bool(*limits.reached);
    } else {
      json.Null();
    }
    WriteKey(json, "build_minutes_refresh_on");
    if (limits.refresh_on) {
      WriteText(json, FormatInstant(*limits.refresh_on));
    } else {
      json.Null();
    }
    json.EndObject();
  });
}

}  // namespace

Reply Answer(SimulatedAccount& account, const Call& call, const Query& query, const AnswerOptions& options) {
  switch (call.operation) {
    case Operation::kDiscovery:
      return Discovery(account);
    case Operation::kLatest:
      return Latest(account, query, options);
    case Operation::kVersions:
      return Versions(account, query);
    case Operation::kBuild:
      return OneBuild(account, call.argument);
    case Operation::kList:
      return List(account, call.argument, query);
    case Operation::kTriggers:
      return Triggers(account, call.argument);
    case Operation::kLimits:
      return AccountLimits(account);
    case Operation::kVerifyUser:
    case Operation::kVerifyAccount:
      break;
  }
  return NotFound();
}

Reply TokenIsActive(const std::string& token) {
  Reply reply;
  reply.body = ToJson([&](JsonWriter& json) {
    json.StartObject();
    WriteKey(json, "result");
    json.StartObject();
    WriteField(json, "id", Random::For(0, token).Hex(32));
    WriteField(json, "status", "active");
    json.EndObject();
    WriteKey(json, "success");
    json.Bool(true);
    WriteKey(json, "errors");
    json.StartArray();
    json.EndArray();
    // Unlike on the Builds paths, messages are objects here (reference, section 1).
    WriteKey(json, "messages");
    json.StartArray();
    json.StartObject();
    WriteKey(json, "code");
    json.Int(10000);
    WriteField(json, "message", "This API Token is valid and active");
    WriteKey(json, "type");
    json.Null();
    json.EndObject();
    json.EndArray();
    json.EndObject();
  });
  return reply;
}

std::vector<std::string> TagsOf(const Call& call, const Query& query) {
  if (call.operation == Operation::kList) return {call.argument};
  return call.operation == Operation::kLatest ? SplitList(query, "external_script_ids") : std::vector<std::string>();
}

}  // namespace simulator
