#include "client/build_decoder.h"

#include <utility>

#include "client/text.h"

namespace workers_builds {
namespace {

constexpr std::pair<std::string_view, BuildStatus> kStatuses[] = {
    {"queued", BuildStatus::kQueued},
    {"initializing", BuildStatus::kInitializing},
    {"running", BuildStatus::kRunning},
    {"stopped", BuildStatus::kStopped},
};

constexpr std::pair<std::string_view, BuildOutcome> kOutcomes[] = {
    {"success", BuildOutcome::kSuccess},       {"fail", BuildOutcome::kFail},
    {"skipped", BuildOutcome::kSkipped},       {"cancelled", BuildOutcome::kCancelled},
    {"terminated", BuildOutcome::kTerminated},
};

constexpr std::pair<std::string_view, TriggerSource> kSources[] = {
    {"push", TriggerSource::kPush},     {"push_event", TriggerSource::kPush},
    {"manual", TriggerSource::kManual}, {"pull_request", TriggerSource::kPullRequest},
    {"api", TriggerSource::kApi},       {"deploy_hook", TriggerSource::kDeployHook},
};

RepoConnection ReadRepoConnection(const JsonReader& in) {
  RepoConnection connection;
  connection.provider_type = in.Text("provider_type");
  connection.provider_account_name = in.Text("provider_account_name");
  connection.repo_name = in.Text("repo_name");
  return connection;
}

BuildTrigger ReadTrigger(const JsonReader& in) {
  BuildTrigger trigger;
  trigger.trigger_uuid = in.Text("trigger_uuid");
  trigger.trigger_name = in.Text("trigger_name");
  trigger.external_script_id = in.Text("external_script_id");
  trigger.branch_includes = in.Texts("branch_includes");
  trigger.branch_excludes = in.Texts("branch_excludes");
  if (const auto connection = in.Object("repo_connection")) trigger.repo_connection = ReadRepoConnection(*connection);
  return trigger;
}

BuildTriggerMetadata ReadMetadata(const JsonReader& in) {
  BuildTriggerMetadata metadata;
  metadata.source = in.Word<TriggerSource>("build_trigger_source", kSources, TriggerSource::kUnknown);
  metadata.author = in.Text("author");
  metadata.branch = in.Text("branch");
  metadata.commit_hash = in.Text("commit_hash");
  metadata.commit_message = in.Text("commit_message");
  metadata.repo_name = in.Text("repo_name");
  metadata.provider_account_name = in.Text("provider_account_name");
  metadata.provider_type = in.Text("provider_type");
  return metadata;
}

std::optional<Uuid> ReadUuid(JsonValue build, ReadNotes& notes) {
  const auto field = build["build_uuid"];
  const auto text = field.AsString();
  const auto uuid = text ? ParseUuid(*text) : std::nullopt;
  if (!uuid) notes.Unknown("build_uuid", text.value_or(ToWord(field.type())));
  return uuid;
}

Build ReadBuild(JsonValue value, ReadNotes& notes) {
  const JsonReader in(value, notes);
  Build build;
  build.uuid = ReadUuid(value, notes);
  build.status = in.Word<BuildStatus>("status", kStatuses, BuildStatus::kUnknown).value_or(BuildStatus::kUnknown);
  build.outcome = in.Word<BuildOutcome>("build_outcome", kOutcomes, BuildOutcome::kUnknown);
  build.created_on = in.Instant("created_on");
  build.modified_on = in.Instant("modified_on");
  build.initializing_on = in.Instant("initializing_on");
  build.running_on = in.Instant("running_on");
  build.stopped_on = in.Instant("stopped_on");
  if (const auto trigger = in.Object("trigger")) build.trigger = ReadTrigger(*trigger);
  if (const auto metadata = in.Object("build_trigger_metadata")) build.metadata = ReadMetadata(*metadata);
  return build;
}

}  // namespace

tl::expected<Build, SchemaError> DecodeBuild(JsonValue result, ReadNotes& notes) {
  if (!result.IsObject()) return tl::unexpected(Mismatch("$.result", JsonType::kObject, result.type()));
  return ReadBuild(result, notes);
}

tl::expected<BuildPage, SchemaError> DecodeBuildPage(JsonValue result, JsonValue result_info, ReadNotes& notes) {
  if (!result.IsArray()) return tl::unexpected(Mismatch("$.result", JsonType::kArray, result.type()));
  BuildPage page;
  page.builds.reserve(result.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto value = result.At(i);
    if (value.IsObject()) {
      page.builds.push_back(ReadBuild(value, notes));
    } else {
      notes.Unknown("build", ToWord(value.type()));
    }
  }
  const JsonReader info(result_info, notes);
  page.page = info.Integer("page");
  page.per_page = info.Integer("per_page");
  page.total_count = info.Integer("total_count");
  page.total_pages = info.Integer("total_pages");
  return page;
}

tl::expected<LatestBuilds, SchemaError> DecodeLatestBuilds(JsonValue result, ReadNotes& notes) {
  if (!result.IsObject()) return tl::unexpected(Mismatch("$.result", JsonType::kObject, result.type()));
  const auto builds = result["builds"];
  if (!builds.IsObject()) return tl::unexpected(Mismatch("$.result.builds", JsonType::kObject, builds.type()));
  LatestBuilds latest;
  for (std::size_t i = 0; i < builds.size(); ++i) {
    const auto [tag, value] = builds.MemberAt(i);
    if (value.IsObject()) {
      latest.insert_or_assign(ToUtf8(tag, &notes.invalid_utf8), ReadBuild(value, notes));
    } else if (value.type() != JsonType::kNull) {
      notes.Unknown("build", ToWord(value.type()));
    }
  }
  return latest;
}

}  // namespace workers_builds
