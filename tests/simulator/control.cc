#include "tests/simulator/control.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "tests/simulator/control_orders.h"
#include "tests/simulator/json.h"
#include "tests/simulator/simulator.h"

namespace simulator {
namespace {

Reply Json(std::string body) {
  Reply reply;
  reply.body = std::move(body);
  return reply;
}

Reply Truth(Simulator& simulator, const Query& query) {
  Instant baseline = simulator.start();
  if (const auto text = query.find("baseline"); text != query.end()) {
    const auto instant = ParseInstant(text->second);
    if (!instant) {
      return BadControl("baseline: '" + text->second + "' is not RFC 3339, for example 2026-08-13T02:33:50.890Z");
    }
    baseline = *instant;
  }
  std::vector<Series> series;
  if (const auto wanted = query.find("account"); wanted != query.end()) {
    const SimulatedAccount* account = simulator.FindAccount(wanted->second);
    if (account == nullptr) return BadControl("account: there is no account '" + wanted->second + "'");
    series = TruthOf(*account, baseline);
  } else {
    series = simulator.Truth(baseline);
  }
  return Json(ToJson([&](JsonWriter& json) {
    json.StartObject();
    WriteField(json, "now", FormatInstant(simulator.now()));
    WriteField(json, "baseline", FormatInstant(baseline));
    WriteKey(json, "series");
    json.StartArray();
    for (const Series& one : series) {
      json.StartObject();
      WriteField(json, "name", one.name);
      WriteKey(json, "labels");
      json.StartObject();
      for (const auto& [name, value] : one.labels) WriteField(json, name, value);
      json.EndObject();
      WriteKey(json, "value");
      json.Double(one.value);
      json.EndObject();
    }
    json.EndArray();
    json.EndObject();
  }));
}

Reply Faults(Simulator& simulator) {
  return Json(ToJson([&](JsonWriter& json) {
    json.StartObject();
    WriteKey(json, "faults");
    json.StartArray();
    for (const FaultPlan::Entry& entry : simulator.faults().entries()) {
      json.StartObject();
      WriteField(json, "operation", entry.order.operation ? Word(*entry.order.operation) : "any");
      WriteField(json, "fault", Word(entry.order.kind));
      WriteKey(json, "queued");
      json.Uint64(entry.order.count);
      WriteKey(json, "used");
      json.Uint64(entry.used);
      json.EndObject();
    }
    json.EndArray();
    WriteKey(json, "all_used");
    json.Bool(simulator.faults().all_used());
    json.EndObject();
  }));
}

Reply Builds(const Simulator& simulator) {
  std::map<std::tuple<std::string, std::string, std::string_view, std::string_view>, std::size_t> counts;
  for (const SimulatedAccount& account : simulator.accounts()) {
    for (const Build& build : account.builds()) {
      const std::string_view outcome = build.outcome ? Label(*build.outcome) : std::string_view();
      ++counts[{account.name(), account.scripts()[build.script].name, Label(build.status), outcome}];
    }
  }
  return Json(ToJson([&](JsonWriter& json) {
    json.StartObject();
    WriteKey(json, "builds");
    json.StartArray();
    for (const auto& [key, count] : counts) {
      const auto& [account, script, status, outcome] = key;
      json.StartObject();
      WriteField(json, "account", account);
      WriteField(json, "script", script);
      WriteField(json, "status", status);
      WriteKey(json, "outcome");
      if (outcome.empty()) {
        json.Null();
      } else {
        WriteText(json, outcome);
      }
      WriteKey(json, "count");
      json.Uint64(count);
      json.EndObject();
    }
    json.EndArray();
    json.EndObject();
  }));
}

Reply Clock(Simulator& simulator) {
  return Json(ToJson([&](JsonWriter& json) {
    json.StartObject();
    WriteField(json, "start", FormatInstant(simulator.start()));
    WriteField(json, "now", FormatInstant(simulator.now()));
    WriteKey(json, "speed");
    json.Double(simulator.clock().speed());
    json.EndObject();
  }));
}

Reply Requests(const Simulator& simulator) {
  return Json(ToJson([&](JsonWriter& json) {
    json.StartObject();
    WriteKey(json, "requests");
    json.StartArray();
    for (const auto& [key, count] : simulator.requests()) {
      json.StartObject();
      WriteField(json, "operation", key.first);
      WriteKey(json, "status");
      json.Int(key.second);
      WriteKey(json, "count");
      json.Uint64(count);
      json.EndObject();
    }
    json.EndArray();
    WriteKey(json, "tokens");
    json.StartArray();
    for (const auto& [token, limiter] : simulator.limiters()) {
      json.StartObject();
      WriteField(json, "token", token);
      WriteKey(json, "most_in_a_window");
      json.Uint64(limiter.peak());
      json.EndObject();
    }
    json.EndArray();
    json.EndObject();
  }));
}

}  // namespace

Reply AnswerControl(Simulator& simulator, const Request& request, const Target& target, Instant wall_now) {
  const bool get = request.method == "GET";
  if (!get && request.method != "POST") return BadControl("method " + request.method + " is not known here", 405);
  if (target.path == "/_simulator/truth" && get) return Truth(simulator, target.query);
  if (target.path == "/_simulator/faults") return get ? Faults(simulator) : QueueFaults(simulator, request.body);
  if (target.path == "/_simulator/builds") return get ? Builds(simulator) : OrderBuilds(simulator, request.body);
  if (target.path == "/_simulator/scripts" && !get) return ChangeScripts(simulator, request.body);
  if (target.path == "/_simulator/clock") {
    if (get) return Clock(simulator);
    if (const auto problem = SetClock(simulator, request.body, wall_now)) return BadControl(*problem);
    return Clock(simulator);
  }
  if (target.path == "/_simulator/requests" && get) return Requests(simulator);
  return BadControl("there is no " + request.method + " " + target.path +
                        "; there are truth, faults, builds, scripts, clock and requests under /_simulator/",
                    404);
}

}  // namespace simulator
