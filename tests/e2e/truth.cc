#include "tests/e2e/truth.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <stdexcept>

#include "tests/e2e/json.h"
#include "tests/support/wait_until.h"

namespace e2e {
namespace {

using support::Samples;
using support::SeriesId;

const std::string kPrefix = "cloudflare_workers_builds_";

SeriesId ToSeries(const std::string& name, const rapidjson::Value& labels) {
  SeriesId series{.name = name, .labels = {}};
  for (const auto& [key, value] : labels.GetObject()) series.labels[key.GetString()] = value.GetString();
  return series;
}

/// RFC 3339 with milliseconds.
std::string InstantText(double seconds) {
  const auto whole = static_cast<std::time_t>(std::floor(seconds));
  std::tm parts{};
  gmtime_r(&whole, &parts);
  std::array<char, 32> date{};
  std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03ldZ", std::lround((seconds - std::floor(seconds)) * 1000));
  return std::string(date.data()) + fraction.data();
}

}  // namespace

support::ExpositionPage ReadPage(const Exporter& exporter) {
  auto page = support::ParseExposition(exporter.Page());
  if (!page) throw std::runtime_error("the page is not well-formed: " + page.error());
  return *std::move(page);
}

Samples TruthFor(const Simulator& simulator, const Samples& page) {
  const auto baseline = page.find({kPrefix + "baseline_timestamp_seconds", {{"account", kAccountName}}});
  if (baseline == page.end()) throw std::runtime_error("the page has no baseline yet");
  const rapidjson::Document answer = ParseJson(simulator.Get("truth?baseline=" + InstantText(baseline->second)));
  Samples truth;
  for (const auto& one : answer["series"].GetArray()) {
    truth[ToSeries(one["name"].GetString(), one["labels"])] = one["value"].GetDouble();
  }
  return truth;
}

Samples Comparable(const Samples& page) {
  Samples comparable = support::WithPrefix(page, kPrefix);
  for (const char* own : {"up", "baseline_timestamp_seconds", "history_pending_scripts",
                          "account_period_start_timestamp_seconds", "account_period_run_seconds"}) {
    comparable.erase({kPrefix + own, {{"account", kAccountName}}});
  }
  return comparable;
}

std::string DifferenceToTruth(const Simulator& simulator, const Exporter& exporter) {
  const Samples page = ReadPage(exporter).samples;
  const SeriesId baseline{kPrefix + "baseline_timestamp_seconds", {{"account", kAccountName}}};
  if (!page.contains(baseline)) return "the page has no baseline: the API has not answered yet\n";
  return support::Differences(TruthFor(simulator, page), Comparable(page));
}

std::string DifferenceAfter(const Simulator& simulator, const Exporter& exporter, std::chrono::milliseconds timeout) {
  std::string difference;
  support::WaitUntil(
      [&] {
        difference = DifferenceToTruth(simulator, exporter);
        return difference.empty();
      },
      timeout);
  return difference;
}

Samples SamplesOf(const std::string& query_answer) {
  const rapidjson::Document answer = ParseJson(query_answer);
  if (std::string(answer["status"].GetString()) != "success") throw std::runtime_error(query_answer.substr(0, 300));
  Samples samples;
  for (const auto& one : answer["data"]["result"].GetArray()) {
    SeriesId series = ToSeries("", one["metric"]);
    for (const char* own : {"job", "instance"}) series.labels.erase(own);
    if (const auto name = series.labels.extract("__name__")) series.name = name.mapped();
    samples[series] = std::strtod(one["value"][1].GetString(), nullptr);
  }
  return samples;
}

}  // namespace e2e
