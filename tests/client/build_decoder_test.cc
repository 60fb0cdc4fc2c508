#include "client/build_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/build_json.h"

namespace workers_builds {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

struct Decoded {
  tl::expected<Build, SchemaError> build;
  ReadNotes notes;
};

Decoded Decode(std::string_view text) {
  const auto document = JsonDocument::Parse(std::string(text));
  EXPECT_TRUE(document.has_value()) << document.error() << "\n" << text;
  Decoded decoded{Build(), {}};
  decoded.build = DecodeBuild(document->root(), decoded.notes);
  return decoded;
}

template <typename T>
T Field(std::string_view json, T Build::*member) {
  return Decode(json).build.value().*member;
}

TEST(BuildDecoder, ReadsAWholeBuild) {
  const auto [build, notes] = Decode(testing::BuildJson(7));
  ASSERT_TRUE(build.has_value());
  EXPECT_EQ(build->uuid, ParseUuid(testing::BuildJsonUuid(7)));
  EXPECT_EQ(build->status, BuildStatus::kStopped);
  EXPECT_EQ(build->outcome, BuildOutcome::kSuccess);
  EXPECT_EQ(build->created_on, ParseTimestamp("2026-08-01T00:07:01.625Z"));
  EXPECT_EQ(build->initializing_on, ParseTimestamp("2026-08-01T00:07:03.100Z"));
  EXPECT_EQ(build->running_on, ParseTimestamp("2026-08-01T00:07:09.250Z"));
  EXPECT_EQ(build->stopped_on, ParseTimestamp("2026-08-01T00:07:52.819Z"));
  EXPECT_EQ(build->modified_on, build->stopped_on);
  ASSERT_TRUE(build->trigger.has_value());
  EXPECT_EQ(build->trigger->trigger_uuid, "a3f1c7d2-0b4e-4c6a-9d58-7e2b1f0a6c34");
  EXPECT_EQ(build->trigger->trigger_name, "Deploy default branch");
  EXPECT_EQ(build->trigger->external_script_id, "dd7160bb9cef458093557736f4b9e75b");
  EXPECT_THAT(build->trigger->branch_includes, ElementsAre("main"));
  EXPECT_THAT(build->trigger->branch_excludes, ElementsAre("dependabot/*"));
  EXPECT_EQ(build->trigger->repo_connection, (RepoConnection{"github", "example", "storefront"}));
  EXPECT_EQ(build->metadata.source, TriggerSource::kPush);
  EXPECT_EQ(build->metadata.author, "dev@example.test");
  EXPECT_EQ(build->metadata.branch, "main");
  EXPECT_EQ(build->metadata.commit_hash, "0000000000000000000000000000000000000007");
  EXPECT_TRUE(
      build->metadata.commit_message.ends_with("\xC3\xBC"
                                               "ber der Adresse, and is read out by screen readers."));
  EXPECT_EQ(build->metadata.repo_name, "storefront");
  EXPECT_EQ(build->metadata.provider_account_name, "example");
  EXPECT_EQ(build->metadata.provider_type, "github");
  EXPECT_THAT(notes.unknown_values, IsEmpty());
  EXPECT_EQ(notes.invalid_utf8, 0);
}

TEST(BuildDecoder, AnEmptyObjectIsABuildOfWhichNothingIsKnown) {
  const auto [build, notes] = Decode("{}");
  ASSERT_TRUE(build.has_value());
  EXPECT_EQ(build->uuid, std::nullopt);
  EXPECT_EQ(build->status, BuildStatus::kUnknown);
  EXPECT_EQ(build->outcome, std::nullopt);
  EXPECT_EQ(build->created_on, std::nullopt);
  EXPECT_FALSE(build->trigger.has_value());
  EXPECT_EQ(build->metadata.source, std::nullopt);
  EXPECT_THAT(notes.unknown_values, ElementsAre(Pair("build_uuid", "absent")));
}

TEST(BuildDecoder, NullReadsAsAbsent) {
  const auto [build, notes] = Decode(
      R"({"build_uuid":"6b1f0c2a-4d3e-4f5a-8b7c-000000000001","status":null,"build_outcome":null,"created_on":null,
          "modified_on":null,"initializing_on":null,"running_on":null,"stopped_on":null,"trigger":null,
          "build_trigger_metadata":null})");
  ASSERT_TRUE(build.has_value());
  EXPECT_EQ(build->outcome, std::nullopt);
  EXPECT_FALSE(build->trigger.has_value());
  EXPECT_THAT(notes.unknown_values, IsEmpty());
}

TEST(BuildDecoder, KnowsEveryStatus) {
  for (const auto& [word, status] : std::map<std::string, BuildStatus>{{"queued", BuildStatus::kQueued},
                                                                       {"initializing", BuildStatus::kInitializing},
                                                                       {"running", BuildStatus::kRunning},
                                                                       {"stopped", BuildStatus::kStopped}}) {
    EXPECT_EQ(Field(R"({"status":")" + word + R"("})", &Build::status), status) << word;
  }
}

TEST(BuildDecoder, KnowsEveryOutcome) {
  for (const auto& [word, outcome] : std::map<std::string, BuildOutcome>{{"success", BuildOutcome::kSuccess},
                                                                         {"fail", BuildOutcome::kFail},
                                                                         {"skipped", BuildOutcome::kSkipped},
                                                                         {"cancelled", BuildOutcome::kCancelled},
                                                                         {"terminated", BuildOutcome::kTerminated}}) {
    EXPECT_EQ(Field(R"({"build_outcome":")" + word + R"("})", &Build::outcome), outcome) << word;
  }
}

TEST(BuildDecoder, KnowsEverySourceAndThatAPushEventIsAPush) {
  for (const auto& [word, source] : std::map<std::string, TriggerSource>{{"push", TriggerSource::kPush},
                                                                         {"push_event", TriggerSource::kPush},
                                                                         {"pull_request", TriggerSource::kPullRequest},
                                                                         {"manual", TriggerSource::kManual},
                                                                         {"api", TriggerSource::kApi},
                                                                         {"deploy_hook", TriggerSource::kDeployHook}}) {
    const auto metadata =
        Field(R"({"build_trigger_metadata":{"build_trigger_source":")" + word + R"("}})", &Build::metadata);
    EXPECT_EQ(metadata.source, source) << word;
  }
}

TEST(BuildDecoder, UnknownWordsAreUnknownAndNoted) {
  const auto [build, notes] = Decode(
      R"({"build_uuid":"6b1f0c2a-4d3e-4f5a-8b7c-000000000001","status":"paused","build_outcome":"exploded",
          "build_trigger_metadata":{"build_trigger_source":"cron"}})");
  EXPECT_EQ(build->status, BuildStatus::kUnknown);
  EXPECT_EQ(build->outcome, BuildOutcome::kUnknown);
  EXPECT_EQ(build->metadata.source, TriggerSource::kUnknown);
  EXPECT_THAT(notes.unknown_values, UnorderedElementsAre(Pair("status", "paused"), Pair("build_outcome", "exploded"),
                                                         Pair("build_trigger_source", "cron")));
}

TEST(BuildDecoder, ABuildOfNothingButWrongTypesIsStillABuild) {
  const auto [build, notes] = Decode(
      R"({"build_uuid":7,"status":1,"build_outcome":[],"created_on":{},"modified_on":true,"initializing_on":1,
          "running_on":1.5,"stopped_on":"soon","trigger":"t","build_trigger_metadata":[]})");
  ASSERT_TRUE(build.has_value());
  EXPECT_EQ(build->uuid, std::nullopt);
  EXPECT_EQ(build->outcome, std::nullopt);
  EXPECT_EQ(build->stopped_on, std::nullopt);
  EXPECT_EQ(notes.unknown_values.size(), 10U);
  EXPECT_EQ(notes.unknown_values.at("stopped_on"), "soon");
  EXPECT_EQ(notes.unknown_values.at("build_uuid"), "number");
}

TEST(BuildDecoder, AUuidThatIsNoneIsNoted) {
  const auto [build, notes] = Decode(R"({"build_uuid":"6b1f0c2a"})");
  EXPECT_EQ(build->uuid, std::nullopt);
  EXPECT_THAT(notes.unknown_values, ElementsAre(Pair("build_uuid", "6b1f0c2a")));
}

TEST(BuildDecoder, ManualBuildsHaveEmptyStrings) {
  const auto metadata = Field(
      R"({"build_trigger_metadata":{"build_trigger_source":"manual","commit_hash":"","commit_message":"","author":""}})",
      &Build::metadata);
  EXPECT_EQ(metadata.source, TriggerSource::kManual);
  EXPECT_EQ(metadata.commit_hash, "");
}

TEST(BuildDecoder, WhatIsNoObjectIsNoBuild) {
  for (const auto* text : {"null", "[]"}) {
    const auto [build, notes] = Decode(text);
    ASSERT_FALSE(build.has_value());
    EXPECT_EQ(build.error().json_path, "$.result");
  }
}

struct DecodedPage {
  tl::expected<BuildPage, SchemaError> page;
  ReadNotes notes;
};

DecodedPage DecodePage(std::string_view text) {
  const auto document = JsonDocument::Parse(std::string(text));
  EXPECT_TRUE(document.has_value()) << document.error();
  DecodedPage decoded{BuildPage(), {}};
  decoded.page = DecodeBuildPage(document->root()["result"], document->root()["result_info"], decoded.notes);
  return decoded;
}

TEST(BuildPageDecoder, KeepsTheOrderOfTheAnswer) {
  const auto [page, notes] = DecodePage(testing::BuildPageJson(3));
  ASSERT_TRUE(page.has_value());
  ASSERT_EQ(page->builds.size(), 3U);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(page->builds[static_cast<std::size_t>(i)].uuid, ParseUuid(testing::BuildJsonUuid(i)));
  }
  EXPECT_EQ(page->page, 1);
  EXPECT_EQ(page->per_page, 200);
  EXPECT_EQ(page->total_count, 3);
  EXPECT_EQ(page->total_pages, 1);
}

TEST(BuildPageDecoder, AnEmptyPageIsAValue) {
  const auto [page, notes] = DecodePage(R"({"result":[]})");
  ASSERT_TRUE(page.has_value());
  EXPECT_THAT(page->builds, IsEmpty());
  EXPECT_EQ(page->total_count, std::nullopt);
  EXPECT_THAT(notes.unknown_values, IsEmpty());
}

TEST(BuildPageDecoder, AnElementThatIsNoBuildIsLeftOutAndNoted) {
  const auto [page, notes] = DecodePage(R"({"result":[null,)" + testing::BuildJson(1) + "]}");
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(page->builds.size(), 1U);
  EXPECT_THAT(notes.unknown_values, ElementsAre(Pair("build", "null")));
}

TEST(BuildPageDecoder, ANullPageIsAnError) {
  const auto [page, notes] = DecodePage(R"({"result":null})");
  ASSERT_FALSE(page.has_value());
  EXPECT_EQ(page.error().json_path, "$.result");
  EXPECT_EQ(page.error().message, "expected array, found null");
}

struct DecodedLatest {
  tl::expected<LatestBuilds, SchemaError> latest;
  ReadNotes notes;
};

DecodedLatest DecodeLatest(std::string_view text) {
  const auto document = JsonDocument::Parse(std::string(text));
  EXPECT_TRUE(document.has_value()) << document.error();
  DecodedLatest decoded{LatestBuilds(), {}};
  decoded.latest = DecodeLatestBuilds(document->root(), decoded.notes);
  return decoded;
}

TEST(LatestBuildsDecoder, GivesTheBuildOfEachScriptThatHasOne) {
  const auto [latest, notes] = DecodeLatest(R"({"builds":{"aa":)" + testing::BuildJson(1) + R"(,"bb":null,"cc":)" +
                                            testing::BuildJson(2) + "}}");
  ASSERT_TRUE(latest.has_value());
  ASSERT_EQ(latest->size(), 2U);
  EXPECT_EQ(latest->at("aa").uuid, ParseUuid(testing::BuildJsonUuid(1)));
  EXPECT_EQ(latest->at("cc").uuid, ParseUuid(testing::BuildJsonUuid(2)));
  EXPECT_THAT(notes.unknown_values, IsEmpty());
}

TEST(LatestBuildsDecoder, NoScriptWithABuildIsAValue) {
  const auto [latest, notes] = DecodeLatest(R"({"builds":{}})");
  ASSERT_TRUE(latest.has_value());
  EXPECT_THAT(*latest, IsEmpty());
}

TEST(LatestBuildsDecoder, ABuildThatIsNoObjectIsLeftOutAndNoted) {
  const auto [latest, notes] = DecodeLatest(R"({"builds":{"aa":"none"}})");
  ASSERT_TRUE(latest.has_value());
  EXPECT_THAT(*latest, IsEmpty());
  EXPECT_THAT(notes.unknown_values, ElementsAre(Pair("build", "string")));
}

TEST(LatestBuildsDecoder, MissingBuildsAreAnError) {
  for (const auto* text : {R"({})", R"({"builds":null})", R"({"builds":[]})"}) {
    const auto [latest, notes] = DecodeLatest(text);
    ASSERT_FALSE(latest.has_value()) << text;
    EXPECT_EQ(latest.error().json_path, "$.result.builds");
  }
  EXPECT_EQ(DecodeLatest("null").latest.error().json_path, "$.result");
}

}  // namespace
}  // namespace workers_builds
