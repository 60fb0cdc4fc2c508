#pragma once

#include <rapidjson/document.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulator/simulator.h"

namespace simulator {

inline constexpr const char* kAccount = "023e105f4ecef8ad9ca31a8372d0c353";
inline const std::string kAccountPath = std::string("/client/v4/accounts/") + kAccount;

inline Instant At(const std::string& text) {
  return ParseInstant(text).value();
}
inline const Instant kStart = At("2026-08-13T12:00:00Z");

/// Scripts `shop` and `blog`, and `static`, which is not connected. Nothing happens by itself, time stands at kStart.
inline Scenario QuietScenario() {
  Scenario scenario;
  scenario.speed = 1;
  AccountScenario account;
  account.name = "production";
  account.scripts.resize(3);
  account.scripts[0].name = "shop";
  account.scripts[1].name = "blog";
  account.scripts[2].name = "static";
  account.scripts[2].connected = false;
  account.script_count = 3;
  account.builds_per_hour = 0;
  account.history = 0;
  scenario.accounts = {account};
  return scenario;
}

/// A build of `shop` that takes 2 s, 4 s and 54 s: a minute.
inline Submission ShopBuild(Outcome outcome = Outcome::kSuccess, BranchClass branch_class = BranchClass::kProduction) {
  Submission submission;
  submission.script = "shop";
  submission.branch_class = branch_class;
  submission.outcome = outcome;
  submission.stops_in = outcome == Outcome::kSkipped ? Phase::kQueue : Phase::kRun;
  submission.queue = std::chrono::seconds(2);
  submission.init = std::chrono::seconds(4);
  submission.run = std::chrono::seconds(54);
  return submission;
}

/// GET with the token, at `wall`.
inline Reply Get(Simulator& simulator, const std::string& target, Instant wall = kStart,
                 const std::string& token = "simulated-token") {
  Request request;
  request.target = target;
  if (!token.empty()) request.headers["authorization"] = "Bearer " + token;
  return simulator.Handle(request, wall);
}

inline Reply Post(Simulator& simulator, const std::string& target, const std::string& body, Instant wall = kStart) {
  Request request;
  request.method = "POST";
  request.target = target;
  request.body = body;
  return simulator.Handle(request, wall);
}

inline rapidjson::Document Parse(const std::string& body) {
  rapidjson::Document document;
  document.Parse(body.data(), body.size());
  return document;
}

/// The code of the first error of an envelope; 0 when there is none.
inline int ErrorCode(const Reply& reply) {
  const rapidjson::Document document = Parse(reply.body);
  if (!document.IsObject() || !document.HasMember("errors") || document["errors"].Empty()) return 0;
  return document["errors"][0]["code"].GetInt();
}

inline std::string TagOf(Simulator& simulator, const std::string& script) {
  return simulator.accounts().front().FindScriptByName(script)->tag;
}

/// The value of the series with that name (without the prefix) that has all of these labels, with others or without;
/// empty when there is not exactly one.
inline std::optional<double> ValueOf(const std::vector<Series>& series, const std::string& name, const Labels& labels) {
  std::optional<double> value;
  for (const Series& one : series) {
    if (one.name != "cloudflare_workers_builds_" + name) continue;
    bool matches = true;
    for (const auto& [key, text] : labels) {
      const auto found = one.labels.find(key);
      matches = matches && found != one.labels.end() && found->second == text;
    }
    if (!matches) continue;
    if (value) return std::nullopt;
    value = one.value;
  }
  return value;
}

inline std::size_t CountOf(const std::vector<Series>& series, const std::string& name) {
  std::size_t count = 0;
  for (const Series& one : series) count += one.name == "cloudflare_workers_builds_" + name ? 1 : 0;
  return count;
}

}  // namespace simulator
