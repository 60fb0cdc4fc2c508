#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

/// Every metric family of the page, once: its name, type, unit, help and labels. What renders, checks or documents a
/// family reads it from here.
namespace exporter::metrics {

/// In the order of the table. `_total`, `_seconds` and `_info` stay in the names: the enumerator is the metric's name.
enum class Family : std::uint8_t {
  // Per script and branch class.
  kCompletedTotal,
  kSubmittedTotal,
  kPhaseSecondsTotal,
  kPhaseBuildsTotal,
  kLatestStatus,
  kLastCompletedOutcome,
  kConsecutiveFailures,
  kLastSuccessTimestampSeconds,
  kLastFailureTimestampSeconds,
  kLastCompletedTimestampSeconds,
  kLatestSubmittedTimestampSeconds,
  kLastPhaseSeconds,
  kScriptOldestActiveTimestampSeconds,
  kLatestBuildInfo,
  kLastFailedBuildInfo,
  // Per script.
  kScriptInfo,
  kScriptQueueDurationSeconds,
  kScriptInitDurationSeconds,
  kScriptRunDurationSeconds,
  kScriptElapsedDurationSeconds,
  kScriptFailureEpisodeSeconds,
  // Per account.
  kUp,
  kBaselineTimestampSeconds,
  kScripts,
  kHistoryPendingScripts,
  kActive,
  kOldestActiveTimestampSeconds,
  kTriggeredTotal,
  kQueueDurationSeconds,
  kInitDurationSeconds,
  kRunDurationSeconds,
  kElapsedDurationSeconds,
  kFailureEpisodeSeconds,
  kAccountLimitReached,
  kAccountLimitRefreshTimestampSeconds,
  kAccountPeriodStartTimestampSeconds,
  kAccountPeriodRunSeconds,
  kAccountIncludedSeconds,
  kAccountConcurrencyLimit,
  kAccountInfo,
  // The exporter itself.
  kBuildInfo,
  kCollectorUp,
  kCollectorLastSuccessTimestampSeconds,
  kCollectorDurationSeconds,
  kCollectorErrorsTotal,
  kApiRequestsTotal,
  kApiRequestDurationSeconds,
  kApiRetriesTotal,
  kApiBudgetRequests,
  kApiBudgetUsedRequests,
  kApiThrottledSecondsTotal,
  kApiRatelimitRemaining,
  kApiRatelimitLimit,
  kApiRatelimitResetTimestampSeconds,
  kSchedulerLagSeconds,
  kSchedulerScripts,
  kPollIntervalSeconds,
  kBuildsTracked,
  kHistoryGapsTotal,
  kLostBuildsTotal,
  kLateBuildsTotal,
  kAnomaliesTotal,
  kUnknownValuesTotal,
  kStateCommitsTotal,
  kStateCommitErrorsTotal,
  kStateRecoveriesTotal,
  kStateSizeBytes,
  kStateLastCommitTimestampSeconds,
  kSeries,
  kSeriesDroppedTotal,
  kScriptsDropped,
  kExpositionBytes,
  kExpositionRenderSecondsTotal,
  kHttpRequestsTotal,
  kConfigLastReloadSuccessful,
  kConfigLastReloadSuccessTimestampSeconds,
  kShardOrdinal,
  kShards,
};
inline constexpr std::size_t kFamilyCount = static_cast<std::size_t>(Family::kShards) + 1;

enum class MetricType : std::uint8_t { kCounter, kGauge, kHistogram };

/// The word of a TYPE line.
std::string_view ToWord(MetricType type);

/// The smallest profile that shows a family.
enum class Profile : std::uint8_t { kMinimal, kStandard };

std::string_view ToWord(Profile profile);

/// What a family has a series for, and so who renders it.
enum class Group : std::uint8_t { kScriptClass, kScript, kAccount, kExporter };

/// The names of a family's labels in the order in which they are written (without a histogram's `le`).
class LabelNames {
 public:
  static constexpr std::size_t kMax = 6;

  constexpr LabelNames(std::initializer_list<std::string_view> names) : size_(names.size()) {
    std::size_t at = 0;
    for (std::string_view name : names) names_[at++] = name;
  }
  constexpr LabelNames operator+(const LabelNames& more) const {
    LabelNames all = *this;
    for (std::string_view name : more) all.names_[all.size_++] = name;
    return all;
  }
  constexpr const std::string_view* begin() const { return names_.data(); }
  constexpr const std::string_view* end() const { return names_.data() + size_; }
  constexpr std::size_t size() const { return size_; }
  constexpr std::string_view operator[](std::size_t index) const { return names_[index]; }

 private:
  std::array<std::string_view, kMax> names_{};
  std::size_t size_;
};

struct FamilyInfo {
  Family family;
  MetricType type;
  Group group;
  Profile profile;
  /// In full, as the text format shows it.
  std::string_view name;
  LabelNames labels;
  /// One sentence.
  std::string_view help;
  /// The unit of OpenMetrics' UNIT line: seconds, bytes or empty. It is there only where the OpenMetrics family name
  /// (a counter's name without `_total`) ends in it.
  std::string_view unit;
};

const FamilyInfo& Info(Family family);

/// All families in the order of the enumeration, which is the order of groups.
std::span<const FamilyInfo> Catalogue();

/// Upper bounds of a histogram of the exporter's own in seconds, ascending, without +Inf; empty for every other family:
/// the histograms of builds have theirs in ledger::DefaultBucketBounds.
std::span<const double> DefaultBuckets(Family family);

}  // namespace exporter::metrics
