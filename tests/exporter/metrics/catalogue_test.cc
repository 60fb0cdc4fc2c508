#include "exporter/metrics/catalogue.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <string>

namespace exporter::metrics {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

bool IsLegalName(std::string_view name, bool colons) {
  const auto letter = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (colons && c == ':');
  };
  return !name.empty() && letter(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

bool IsInfo(const FamilyInfo& family) {
  return family.name.ends_with("_info");
}

TEST(Catalogue, GivesAFamilyByItsEnumerator) {
  EXPECT_EQ(Info(Family::kCompletedTotal).name, "cloudflare_workers_builds_completed_total");
  EXPECT_EQ(Info(Family::kUp).name, "cloudflare_workers_builds_up");
  EXPECT_EQ(Info(Family::kShards).name, "workers_builds_exporter_shards");
  for (const FamilyInfo& family : Catalogue()) EXPECT_EQ(&Info(family.family), &family) << family.name;
}

TEST(Catalogue, NamesEachFamilyOnce) {
  std::set<std::string_view> names;
  for (const FamilyInfo& family : Catalogue()) EXPECT_TRUE(names.insert(family.name).second) << family.name;
  EXPECT_EQ(names.size(), kFamilyCount);
}

TEST(Catalogue, HasNoFamilyWhoseSamplesLookLikeAnothers) {
  std::set<std::string> names;
  for (const FamilyInfo& family : Catalogue()) names.insert(std::string(family.name));
  for (const FamilyInfo& family : Catalogue()) {
    if (family.type != MetricType::kHistogram) continue;
    for (const char* suffix : {"_bucket", "_count", "_sum", "_created"}) {
      EXPECT_FALSE(names.contains(std::string(family.name) + suffix)) << family.name << suffix;
    }
  }
}

TEST(Catalogue, HasTheTwoPrefixesAndLegalNames) {
  for (const FamilyInfo& family : Catalogue()) {
    const bool own = family.group == Group::kExporter;
    EXPECT_TRUE(family.name.starts_with(own ? "workers_builds_exporter_" : "cloudflare_workers_builds_"))
        << family.name;
    EXPECT_TRUE(IsLegalName(family.name, true)) << family.name;
    std::set<std::string_view> labels;
    for (const std::string_view label : family.labels) {
      EXPECT_TRUE(IsLegalName(label, false)) << family.name << " " << label;
      EXPECT_FALSE(label.starts_with("__") || label == "le" || label == "quantile") << family.name << " " << label;
      EXPECT_TRUE(labels.insert(label).second) << family.name << " has the label " << label << " twice";
    }
  }
}

TEST(Catalogue, EndsInTotalOnCountersOnly) {
  for (const FamilyInfo& family : Catalogue()) {
    EXPECT_EQ(family.name.ends_with("_total"), family.type == MetricType::kCounter) << family.name;
  }
}

TEST(Catalogue, HasAUnitOnlyWhereTheNameEndsInIt) {
  EXPECT_EQ(Info(Family::kPhaseSecondsTotal).unit, "seconds");
  EXPECT_EQ(Info(Family::kStateSizeBytes).unit, "bytes");
  EXPECT_EQ(Info(Family::kScripts).unit, "");
  for (const FamilyInfo& family : Catalogue()) {
    std::string name(family.name);
    if (family.type == MetricType::kCounter) name.resize(name.size() - std::string_view("_total").size());
    const bool seconds = name.ends_with("_seconds");
    const bool bytes = name.ends_with("_bytes");
    EXPECT_EQ(family.unit, seconds ? "seconds" : bytes ? "bytes" : "") << family.name;
  }
}

TEST(Catalogue, ExplainsEachFamilyInOneSentence) {
  std::set<std::string_view> known;
  for (const FamilyInfo& family : Catalogue()) {
    ASSERT_THAT(family.help, Not(IsEmpty())) << family.name;
    EXPECT_TRUE(family.help.ends_with(".")) << family.name;
    EXPECT_EQ(family.help.find(". "), std::string_view::npos) << family.name;
    EXPECT_EQ(family.help.find('\n'), std::string_view::npos) << family.name;
    if (IsInfo(family)) {
      EXPECT_TRUE(family.help.ends_with("always 1.")) << family.name;
    }
  }
}

TEST(Catalogue, LabelsEachGroupByWhatItHasASeriesFor) {
  for (const FamilyInfo& family : Catalogue()) {
    if (family.group == Group::kExporter) continue;
    EXPECT_EQ(family.labels[0], "account") << family.name;
    const bool has_script = std::count(family.labels.begin(), family.labels.end(), "script_name") == 1;
    EXPECT_EQ(has_script, family.group != Group::kAccount) << family.name;
    if (family.group == Group::kScriptClass) {
      EXPECT_EQ(family.labels[2], "branch_class") << family.name;
    }
  }
}

TEST(Catalogue, PutsNoUnboundedValueOnACounterOrHistogram) {
  for (const FamilyInfo& family : Catalogue()) {
    if (family.type == MetricType::kGauge) continue;
    for (const std::string_view label : family.labels) {
      EXPECT_NE(label, "build_uuid") << family.name;
      EXPECT_NE(label, "branch") << family.name;
      EXPECT_NE(label, "commit_hash") << family.name;
    }
  }
}

TEST(Catalogue, ShowsInTheMinimalProfileWhatAlertsNeed) {
  for (const Family family : {Family::kCompletedTotal, Family::kLastCompletedOutcome, Family::kConsecutiveFailures,
                              Family::kLastSuccessTimestampSeconds, Family::kUp, Family::kAccountLimitReached,
                              Family::kBaselineTimestampSeconds}) {
    EXPECT_EQ(Info(family).profile, Profile::kMinimal) << Info(family).name;
  }
  EXPECT_EQ(Info(Family::kLatestStatus).profile, Profile::kStandard);
  EXPECT_EQ(Info(Family::kRunDurationSeconds).profile, Profile::kStandard);
}

TEST(Catalogue, GivesEveryHistogramOfTheExportersOwnAscendingBuckets) {
  for (const FamilyInfo& family : Catalogue()) {
    const std::span<const double> buckets = DefaultBuckets(family.family);
    const bool own_histogram = family.type == MetricType::kHistogram && family.group == Group::kExporter;
    EXPECT_EQ(!buckets.empty(), own_histogram) << family.name;
    EXPECT_EQ(std::adjacent_find(buckets.begin(), buckets.end(), std::greater_equal<>()), buckets.end()) << family.name;
  }
}

}  // namespace
}  // namespace exporter::metrics
