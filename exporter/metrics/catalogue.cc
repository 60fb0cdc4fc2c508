#include "exporter/metrics/catalogue.h"

#include <iterator>

namespace exporter::metrics {
namespace {

constexpr std::string_view UnitOf(std::string_view name) {
  if (name.ends_with("_total")) name.remove_suffix(6);
  if (name.ends_with("_seconds")) return "seconds";
  if (name.ends_with("_bytes")) return "bytes";
  return "";
}

using enum Family;
using enum MetricType;
using enum Group;
using enum Profile;

constexpr FamilyInfo Row(Family family, MetricType type, Group group, Profile profile, std::string_view name,
                         LabelNames labels, std::string_view help) {
  return {family, type, group, profile, name, labels, help, UnitOf(name)};
}

// The rows of each group, whose common labels come first.
constexpr FamilyInfo ScriptClass(Family family, MetricType type, Profile profile, std::string_view name,
                                 LabelNames more, std::string_view help) {
  return Row(family, type, kScriptClass, profile, name, LabelNames{"account", "script_name", "branch_class"} + more,
             help);
}

constexpr FamilyInfo Script(Family family, MetricType type, Profile profile, std::string_view name, LabelNames more,
                            std::string_view help) {
  return Row(family, type, kScript, profile, name, LabelNames{"account", "script_name"} + more, help);
}

constexpr FamilyInfo Account(Family family, MetricType type, Profile profile, std::string_view name, LabelNames more,
                             std::string_view help) {
  return Row(family, type, kAccount, profile, name, LabelNames{"account"} + more, help);
}

constexpr FamilyInfo Exporter(Family family, MetricType type, std::string_view name, LabelNames labels,
                              std::string_view help) {
  return Row(family, type, kExporter, kMinimal, name, labels, help);
}

constexpr FamilyInfo kTable[] = {
    // Per script and branch class.
    ScriptClass(kCompletedTotal, kCounter, kMinimal, "cloudflare_workers_builds_completed_total", {"outcome"},
                "Builds that stopped since the baseline."),
    ScriptClass(kSubmittedTotal, kCounter, kStandard, "cloudflare_workers_builds_submitted_total", {},
                "Builds that were created since the baseline."),
    ScriptClass(kPhaseSecondsTotal, kCounter, kStandard, "cloudflare_workers_builds_phase_seconds_total", {"phase"},
                "Seconds that completed builds spent in each phase."),
    ScriptClass(kPhaseBuildsTotal, kCounter, kStandard, "cloudflare_workers_builds_phase_builds_total", {"phase"},
                "Completed builds that went through each phase."),
    ScriptClass(kLatestStatus, kGauge, kStandard, "cloudflare_workers_builds_latest_status", {"status"},
                "Status of the newest build: 1 for the one it is in, 0 for the others."),
    ScriptClass(kLastCompletedOutcome, kGauge, kMinimal, "cloudflare_workers_builds_last_completed_outcome",
                {"outcome"},
                "Outcome of the newest build with a verdict, which skipped and cancelled builds do not have: 1 for the "
                "one it is, 0 for the others."),
    ScriptClass(kConsecutiveFailures, kGauge, kMinimal, "cloudflare_workers_builds_consecutive_failures", {},
                "Failed or terminated builds since the last successful one."),
    ScriptClass(kLastSuccessTimestampSeconds, kGauge, kMinimal,
                "cloudflare_workers_builds_last_success_timestamp_seconds", {},
                "When the newest successful build stopped, in seconds since 1970."),
    ScriptClass(kLastFailureTimestampSeconds, kGauge, kStandard,
                "cloudflare_workers_builds_last_failure_timestamp_seconds", {},
                "When the newest failed or terminated build stopped, in seconds since 1970."),
    ScriptClass(kLastCompletedTimestampSeconds, kGauge, kStandard,
                "cloudflare_workers_builds_last_completed_timestamp_seconds", {},
                "When the newest completed build stopped, in seconds since 1970."),
    ScriptClass(kLatestSubmittedTimestampSeconds, kGauge, kStandard,
                "cloudflare_workers_builds_latest_submitted_timestamp_seconds", {},
                "When the newest build was created, in seconds since 1970."),
    ScriptClass(kLastPhaseSeconds, kGauge, kStandard, "cloudflare_workers_builds_last_phase_seconds", {"phase"},
                "Seconds that the newest build with a verdict spent in each phase."),
    ScriptClass(kScriptOldestActiveTimestampSeconds, kGauge, kStandard,
                "cloudflare_workers_builds_script_oldest_active_timestamp_seconds", {"status"},
                "When the build that has been longest in this status entered it, in seconds since 1970; absent while "
                "no build is in it."),
    ScriptClass(kLatestBuildInfo, kGauge, kStandard, "cloudflare_workers_builds_latest_build_info",
                {"build_uuid", "trigger"},
                "The newest build, with branch and commit_hash where the configuration asks for them; always 1."),
    ScriptClass(kLastFailedBuildInfo, kGauge, kStandard, "cloudflare_workers_builds_last_failed_build_info",
                {"build_uuid", "trigger"},
                "The newest failed or terminated build, absent while the newest verdict is a success, with branch and "
                "commit_hash where the configuration asks for them; always 1."),

    // Per script.
    Script(kScriptInfo, kGauge, kStandard, "cloudflare_workers_builds_script_info",
           {"script_tag", "repository", "provider", "production_branch"},
           "A watched script, its immutable tag and the repository it is built from; always 1."),
    Script(kScriptQueueDurationSeconds, kHistogram, kMinimal, "cloudflare_workers_builds_script_queue_duration_seconds",
           {"branch_class", "outcome_group"},
           "Time from created to initializing of the completed builds of a script that has histograms of its own."),
    Script(kScriptInitDurationSeconds, kHistogram, kMinimal, "cloudflare_workers_builds_script_init_duration_seconds",
           {"branch_class", "outcome_group"},
           "Time from initializing to running of the completed builds of a script that has histograms of its own."),
    Script(kScriptRunDurationSeconds, kHistogram, kMinimal, "cloudflare_workers_builds_script_run_duration_seconds",
           {"branch_class", "outcome_group"},
           "Time from running to stopped of the completed builds of a script that has histograms of its own."),
    Script(kScriptElapsedDurationSeconds, kHistogram, kMinimal,
           "cloudflare_workers_builds_script_elapsed_duration_seconds", {"branch_class", "outcome_group"},
           "Time from created to stopped of the completed builds of a script that has histograms of its own."),
    Script(kScriptFailureEpisodeSeconds, kHistogram, kMinimal,
           "cloudflare_workers_builds_script_failure_episode_seconds", {},
           "Time from the first failed production build to the next successful one of a script that has histograms of "
           "its own."),

    // Per account.
    Account(kUp, kGauge, kMinimal, "cloudflare_workers_builds_up", {},
            "Whether the API has lately given usable answers for this account: 1 or 0."),
    Account(kBaselineTimestampSeconds, kGauge, kMinimal, "cloudflare_workers_builds_baseline_timestamp_seconds", {},
            "The instant from which the counters count, in seconds since 1970."),
    Account(kScripts, kGauge, kStandard, "cloudflare_workers_builds_scripts", {"connected"},
            "Scripts watched; connected says whether the API has shown a build of them."),
    Account(kHistoryPendingScripts, kGauge, kStandard, "cloudflare_workers_builds_history_pending_scripts", {},
            "Scripts whose builds are not yet known back to the baseline."),
    Account(kActive, kGauge, kStandard, "cloudflare_workers_builds_active", {"status"},
            "Builds that are in this status now."),
    Account(kOldestActiveTimestampSeconds, kGauge, kStandard,
            "cloudflare_workers_builds_oldest_active_timestamp_seconds", {"status"},
            "When the build that has been longest in this status entered it, in seconds since 1970; absent while no "
            "build is in it."),
    Account(kTriggeredTotal, kCounter, kStandard, "cloudflare_workers_builds_triggered_total",
            {"branch_class", "trigger"}, "Builds that were created since the baseline, by what caused them."),
    Account(kQueueDurationSeconds, kHistogram, kStandard, "cloudflare_workers_builds_queue_duration_seconds",
            {"branch_class", "outcome_group"}, "Time from created to initializing of completed builds."),
    Account(kInitDurationSeconds, kHistogram, kStandard, "cloudflare_workers_builds_init_duration_seconds",
            {"branch_class", "outcome_group"}, "Time from initializing to running of completed builds."),
    Account(kRunDurationSeconds, kHistogram, kStandard, "cloudflare_workers_builds_run_duration_seconds",
            {"branch_class", "outcome_group"}, "Time from running to stopped of completed builds."),
    Account(kElapsedDurationSeconds, kHistogram, kStandard, "cloudflare_workers_builds_elapsed_duration_seconds",
            {"branch_class", "outcome_group"}, "Time from created to stopped of completed builds."),
    Account(kFailureEpisodeSeconds, kHistogram, kStandard, "cloudflare_workers_builds_failure_episode_seconds", {},
            "Time from the first failed production build of a script to its next successful one."),
    Account(kAccountLimitReached, kGauge, kMinimal, "cloudflare_workers_builds_account_limit_reached", {},
            "Whether the build minutes of the period are used up: 1 or 0; absent where the API gives no limit."),
    Account(kAccountLimitRefreshTimestampSeconds, kGauge, kMinimal,
            "cloudflare_workers_builds_account_limit_refresh_timestamp_seconds", {},
            "When the build minutes are renewed, in seconds since 1970; absent where the API gives no limit."),
    Account(kAccountPeriodStartTimestampSeconds, kGauge, kMinimal,
            "cloudflare_workers_builds_account_period_start_timestamp_seconds", {},
            "Estimated start of the running build-minute period, in seconds since 1970."),
    Account(kAccountPeriodRunSeconds, kGauge, kMinimal, "cloudflare_workers_builds_account_period_run_seconds", {},
            "Estimated run time of builds since the start of the running build-minute period."),
    Account(kAccountIncludedSeconds, kGauge, kMinimal, "cloudflare_workers_builds_account_included_seconds", {},
            "Build time a month that the configured plan includes; absent without a plan."),
    Account(kAccountConcurrencyLimit, kGauge, kMinimal, "cloudflare_workers_builds_account_concurrency_limit", {},
            "Builds that the configured plan runs at the same time; absent without a plan."),
    Account(kAccountInfo, kGauge, kMinimal, "cloudflare_workers_builds_account_info", {"account_id", "plan"},
            "A watched account, its id and its configured plan; always 1."),

    // The exporter itself.
    Exporter(kBuildInfo, kGauge, "workers_builds_exporter_build_info", {"version", "revision", "compiler"},
             "The running exporter; always 1."),
    Exporter(kCollectorUp, kGauge, "workers_builds_exporter_collector_up", {"account", "collector"},
             "Whether the last finished call, after its retries, brought a usable answer: 1 or 0."),
    Exporter(kCollectorLastSuccessTimestampSeconds, kGauge,
             "workers_builds_exporter_collector_last_success_timestamp_seconds", {"account", "collector"},
             "When the last usable answer arrived, in seconds since 1970; absent before the first."),
    Exporter(kCollectorDurationSeconds, kGauge, "workers_builds_exporter_collector_duration_seconds",
             {"account", "collector"}, "Duration of the last finished call; absent before the first."),
    Exporter(kCollectorErrorsTotal, kCounter, "workers_builds_exporter_collector_errors_total",
             {"account", "collector", "reason"}, "Calls that brought no usable answer, by the reason."),
    Exporter(kApiRequestsTotal, kCounter, "workers_builds_exporter_api_requests_total", {"account", "endpoint", "code"},
             "Requests to the Cloudflare API by HTTP status; code is none where no answer came."),
    Exporter(kApiRequestDurationSeconds, kHistogram, "workers_builds_exporter_api_request_duration_seconds",
             {"endpoint"}, "Duration of requests to the Cloudflare API."),
    Exporter(kApiRetriesTotal, kCounter, "workers_builds_exporter_api_retries_total", {"endpoint", "reason"},
             "Requests that were repeated, by what had gone wrong."),
    Exporter(kApiBudgetRequests, kGauge, "workers_builds_exporter_api_budget_requests", {"account"},
             "Requests that the exporter may send in 5 minutes; accounts with one token share them evenly."),
    Exporter(kApiBudgetUsedRequests, kGauge, "workers_builds_exporter_api_budget_used_requests", {"account"},
             "Requests sent in the last 5 minutes; accounts with one token share them evenly."),
    Exporter(kApiThrottledSecondsTotal, kCounter, "workers_builds_exporter_api_throttled_seconds_total", {"account"},
             "Time in which due requests waited for the budget or for the end of a rate limit."),
    Exporter(kApiRatelimitRemaining, kGauge, "workers_builds_exporter_api_ratelimit_remaining", {"account", "policy"},
             "Requests left in the window, as the last answer said."),
    Exporter(kApiRatelimitLimit, kGauge, "workers_builds_exporter_api_ratelimit_limit", {"account", "policy"},
             "Requests that a window has, as the last answer said."),
    Exporter(kApiRatelimitResetTimestampSeconds, kGauge,
             "workers_builds_exporter_api_ratelimit_reset_timestamp_seconds", {"account", "policy"},
             "When the window starts anew, as the last answer said, in seconds since 1970."),
    Exporter(kSchedulerLagSeconds, kGauge, "workers_builds_exporter_scheduler_lag_seconds", {"account"},
             "How late the most overdue piece of work is."),
    Exporter(kSchedulerScripts, kGauge, "workers_builds_exporter_scheduler_scripts", {"account", "tier"},
             "Scripts that are polled in this tier."),
    Exporter(kPollIntervalSeconds, kGauge, "workers_builds_exporter_poll_interval_seconds", {"account", "tier"},
             "Effective interval between two looks at a script of this tier, after stretching to the budget."),
    Exporter(kBuildsTracked, kGauge, "workers_builds_exporter_builds_tracked", {"account", "kind"},
             "Builds that are held in memory."),
    Exporter(
        kHistoryGapsTotal, kCounter, "workers_builds_exporter_history_gaps_total", {"account"},
        "Spans of a script's history that the API no longer shows, so that builds may be missing from the counters."),
    Exporter(kLostBuildsTotal, kCounter, "workers_builds_exporter_lost_builds_total", {"account"},
             "Open builds that the API no longer knows."),
    Exporter(kLateBuildsTotal, kCounter, "workers_builds_exporter_late_builds_total", {"account"},
             "Builds that only a second look at the history has found."),
    Exporter(kAnomaliesTotal, kCounter, "workers_builds_exporter_anomalies_total", {"kind"},
             "Facts in answers that cannot be true and were corrected."),
    Exporter(kUnknownValuesTotal, kCounter, "workers_builds_exporter_unknown_values_total", {"field"},
             "Words in answers that this version does not know."),
    Exporter(kStateCommitsTotal, kCounter, "workers_builds_exporter_state_commits_total", {},
             "Transactions that were written to the state."),
    Exporter(kStateCommitErrorsTotal, kCounter, "workers_builds_exporter_state_commit_errors_total", {},
             "Transactions that could not be written to the state."),
    Exporter(kStateRecoveriesTotal, kCounter, "workers_builds_exporter_state_recoveries_total", {},
             "Damaged states that were set aside and begun anew."),
    Exporter(kStateSizeBytes, kGauge, "workers_builds_exporter_state_size_bytes", {}, "Size of the state."),
    Exporter(kStateLastCommitTimestampSeconds, kGauge, "workers_builds_exporter_state_last_commit_timestamp_seconds",
             {}, "When the state was last written, in seconds since 1970; absent before the first time."),
    Exporter(kSeries, kGauge, "workers_builds_exporter_series", {"family"}, "Series on the page."),
    Exporter(kSeriesDroppedTotal, kCounter, "workers_builds_exporter_series_dropped_total", {"reason"},
             "Series that were kept off the page by a cap."),
    Exporter(kScriptsDropped, kGauge, "workers_builds_exporter_scripts_dropped", {},
             "Scripts that are kept off the page by a cap."),
    Exporter(kExpositionBytes, kGauge, "workers_builds_exporter_exposition_bytes", {"encoding"},
             "Size of the last answer to a scrape."),
    Exporter(kExpositionRenderSecondsTotal, kCounter, "workers_builds_exporter_exposition_render_seconds_total",
             {"encoding"}, "Time spent on preparing answers to scrapes."),
    Exporter(kHttpRequestsTotal, kCounter, "workers_builds_exporter_http_requests_total", {"handler", "code"},
             "GET and HEAD requests that the exporter has answered."),
    Exporter(kConfigLastReloadSuccessful, kGauge, "workers_builds_exporter_config_last_reload_successful", {},
             "Whether the last attempt to load the configuration succeeded: 1 or 0."),
    Exporter(kConfigLastReloadSuccessTimestampSeconds, kGauge,
             "workers_builds_exporter_config_last_reload_success_timestamp_seconds", {},
             "When the running configuration was loaded, in seconds since 1970."),
    Exporter(kShardOrdinal, kGauge, "workers_builds_exporter_shard_ordinal", {}, "Number of this shard, from 0."),
    Exporter(kShards, kGauge, "workers_builds_exporter_shards", {}, "Number of shards."),
};

static_assert(std::size(kTable) == kFamilyCount);

constexpr bool InOrder() {
  for (std::size_t at = 0; at < kFamilyCount; ++at) {
    if (kTable[at].family != static_cast<Family>(at)) return false;
    if (at > 0 && kTable[at].group < kTable[at - 1].group) return false;
  }
  return true;
}
static_assert(InOrder(), "the rows stand in the order of the enumeration and of the groups");

constexpr double kApiRequestBuckets[] = {0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30};

}  // namespace

std::string_view ToWord(MetricType type) {
  switch (type) {
    case kCounter:
      return "counter";
    case kGauge:
      return "gauge";
    case kHistogram:
      return "histogram";
  }
  return "";
}

std::string_view ToWord(Profile profile) {
  return profile == kMinimal ? "minimal" : "standard";
}

const FamilyInfo& Info(Family family) {
  return kTable[static_cast<std::size_t>(family)];
}

std::span<const FamilyInfo> Catalogue() {
  return kTable;
}

std::span<const double> DefaultBuckets(Family family) {
  if (family == kApiRequestDurationSeconds) return kApiRequestBuckets;
  return {};
}

}  // namespace exporter::metrics
