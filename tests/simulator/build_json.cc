#include "tests/simulator/build_json.h"

#include <initializer_list>
#include <string>

namespace simulator {
namespace {

void WriteInstant(JsonWriter& json, std::string_view key, std::optional<Instant> instant) {
  WriteKey(json, key);
  if (instant) {
    WriteText(json, FormatInstant(*instant));
  } else {
    json.Null();
  }
}

void WriteNull(JsonWriter& json, std::string_view key) {
  WriteInstant(json, key, std::nullopt);
}

void WriteList(JsonWriter& json, std::string_view key, std::initializer_list<std::string_view> items) {
  WriteKey(json, key);
  json.StartArray();
  for (const std::string_view item : items) WriteText(json, item);
  json.EndArray();
}

std::string_view DeployCommand(BranchClass branch_class) {
  return branch_class == BranchClass::kPreview ? "npx wrangler versions upload" : "npx wrangler deploy";
}

// Made from the tag, as the id of the script's own build token would be.
std::string BuildTokenUuid(const Script& script) {
  const std::string& tag = script.tag;
  return tag.substr(0, 8) + "-" + tag.substr(8, 4) + "-4" + tag.substr(12, 3) + "-8" + tag.substr(15, 3) + "-" +
         tag.substr(18, 12);
}

void WriteRepoConnection(JsonWriter& json, const Script& script) {
  json.StartObject();
  WriteField(json, "repo_connection_uuid", script.repo_connection_uuid);
  WriteField(json, "repo_id", "1332620835");
  WriteField(json, "repo_name", script.repo_name);
  WriteField(json, "provider_type", script.provider_type);
  WriteField(json, "provider_account_id", "14229321");
  WriteField(json, "provider_account_name", script.provider_account_name);
  WriteNull(json, "grant_id");
  WriteInstant(json, "created_on", script.created_on);
  WriteInstant(json, "modified_on", script.created_on);
  WriteNull(json, "deleted_on");
  json.EndObject();
}

void WriteMetadata(JsonWriter& json, const Script& script, const Build& build) {
  // Manual builds carry empty strings here.
  const bool by_hand = build.source == Source::kManual;
  json.StartObject();
  WriteField(json, "author", by_hand ? "" : "developer");
  WriteField(json, "branch", build.branch);
  std::string commit_hash = build.uuid + build.uuid.substr(0, 8);
  std::erase(commit_hash, '-');
  WriteField(json, "commit_hash", by_hand ? "" : commit_hash);
  WriteField(json, "commit_message", by_hand ? "" : "Change " + build.branch);
  WriteField(json, "build_command", "npm run build");
  WriteField(json, "deploy_command", DeployCommand(build.branch_class));
  WriteField(json, "root_directory", "/");
  WriteField(json, "repo_name", script.repo_name);
  WriteField(json, "provider_account_name", script.provider_account_name);
  WriteField(json, "provider_type", script.provider_type);
  WriteField(json, "build_token_uuid", BuildTokenUuid(script));
  WriteField(json, "build_token_name", script.name + " build token");
  WriteKey(json, "environment_variables");
  json.StartObject();
  WriteKey(json, "DEPLOY_KEY");
  json.StartObject();
  WriteKey(json, "is_secret");
  json.Bool(false);
  WriteInstant(json, "created_on", script.created_on);
  WriteField(json, "value", "secret-in-plain-form");
  json.EndObject();
  json.EndObject();
  WriteField(json, "build_trigger_source", ApiWord(build.source));
  json.EndObject();
}

void WritePullRequest(JsonWriter& json, const Script& script, const Build& build) {
  WriteKey(json, "pull_request");
  if (build.source != Source::kPullRequest) {
    json.Null();
    return;
  }
  json.StartObject();
  WriteField(json, "pull_request_url",
             "https://github.com/" + script.provider_account_name + "/" + script.repo_name + "/pull/7");
  WriteInstant(json, "created_on", build.created_on);
  WriteNull(json, "closed_on");
  json.EndObject();
}

void WriteDeployHook(JsonWriter& json, const Build& build) {
  WriteKey(json, "deploy_hook");
  if (build.source != Source::kDeployHook) {
    json.Null();
    return;
  }
  json.StartObject();
  WriteField(json, "deploy_hook_name", "content update");
  json.EndObject();
}

}  // namespace

void WriteTrigger(JsonWriter& json, const Script& script, BranchClass branch_class) {
  const bool preview = branch_class == BranchClass::kPreview;
  json.StartObject();
  WriteField(json, "trigger_uuid", preview ? script.preview_trigger_uuid : script.production_trigger_uuid);
  WriteField(json, "external_script_id", script.tag);
  WriteField(json, "trigger_name", preview ? "Deploy non-production branches" : "Deploy default branch");
  WriteField(json, "build_command", "npm run build");
  WriteField(json, "deploy_command", DeployCommand(branch_class));
  WriteField(json, "root_directory", "/");
  switch (branch_class) {
    case BranchClass::kProduction:
      WriteList(json, "branch_includes", {script.production_branch});
      WriteList(json, "branch_excludes", {});
      break;
    case BranchClass::kPreview:
      WriteList(json, "branch_includes", {"*"});
      WriteList(json, "branch_excludes", {script.production_branch});
      break;
    case BranchClass::kUnknown:
      WriteList(json, "branch_includes", {});
      WriteList(json, "branch_excludes", {});
      break;
  }
  WriteList(json, "path_includes", {"*"});
  WriteList(json, "path_excludes", {});
  WriteKey(json, "build_caching_enabled");
  json.Bool(true);
  WriteInstant(json, "created_on", script.created_on);
  WriteInstant(json, "modified_on", script.created_on);
  WriteNull(json, "deleted_on");
  WriteKey(json, "repo_connection");
  WriteRepoConnection(json, script);
  json.EndObject();
}

void WriteBuild(JsonWriter& json, const Script& script, const Build& build, bool with_preview_url) {
  json.StartObject();
  WriteField(json, "build_uuid", build.uuid);
  WriteField(json, "status", Label(build.status));
  WriteKey(json, "build_outcome");
  if (build.outcome) {
    WriteText(json, ApiWord(*build.outcome));
  } else {
    json.Null();
  }
  WriteInstant(json, "created_on", build.created_on);
  WriteInstant(json, "modified_on", build.modified_on);
  WriteInstant(json, "initializing_on", build.initializing_on);
  WriteInstant(json, "running_on", build.running_on);
  WriteInstant(json, "stopped_on", build.stopped_on);
  WriteKey(json, "trigger");
  WriteTrigger(json, script, build.branch_class);
  WriteKey(json, "build_trigger_metadata");
  WriteMetadata(json, script, build);
  WritePullRequest(json, script, build);
  WriteDeployHook(json, build);
  if (with_preview_url && build.branch_class == BranchClass::kPreview && build.outcome == Outcome::kSuccess) {
    WriteField(json, "preview_url", "https://" + build.uuid.substr(0, 8) + "-" + script.name + ".example.workers.dev");
  }
  json.EndObject();
}

void WriteScript(JsonWriter& json, const Script& script) {
  json.StartObject();
  WriteField(json, "id", script.name);
  WriteField(json, "tag", script.tag);
  WriteList(json, "tags", {});
  WriteField(json, "etag", script.tag + script.tag);
  WriteInstant(json, "created_on", script.created_on);
  WriteInstant(json, "modified_on", script.created_on);
  WriteList(json, "handlers", {"fetch"});
  WriteKey(json, "has_assets");
  json.Bool(false);
  WriteKey(json, "has_modules");
  json.Bool(true);
  WriteKey(json, "logpush");
  json.Bool(false);
  WriteField(json, "usage_model", "standard");
  WriteField(json, "compatibility_date", "2026-01-01");
  WriteField(json, "last_deployed_from", "wrangler");
  json.EndObject();
}

}  // namespace simulator
