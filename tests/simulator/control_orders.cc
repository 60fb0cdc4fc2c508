#include "tests/simulator/control_orders.h"

#include <tl/expected.hpp>
#include <vector>

#include "tests/simulator/fields.h"
#include "tests/simulator/json.h"
#include "tests/simulator/simulator.h"

namespace simulator {
namespace {

constexpr std::size_t kMostBuildsAtOnce = 100'000;

std::string Joined(const std::vector<std::string>& problems) {
  std::string text;
  for (const std::string& problem : problems) text += (text.empty() ? "" : "; ") + problem;
  return text;
}

/// Calls `read(Fields&)` with the keys of the body; all that is wrong comes back as one error.
template <typename Read>
auto ReadBody(const std::string& body, Read read)
    -> tl::expected<decltype(read(std::declval<Fields&>())), std::string> {
  std::vector<std::string> problems;
  const auto document = ParseDocument(body, "body", problems);
  if (!document) return tl::unexpected(Joined(problems));
  Fields fields(*document, "body", problems);
  auto value = read(fields);
  fields.RefuseTheRest();
  if (!problems.empty()) return tl::unexpected(Joined(problems));
  return value;
}

std::optional<Phase> PhaseFromLabel(std::string_view text) {
  if (text == "queue") return Phase::kQueue;
  if (text == "init") return Phase::kInit;
  if (text == "run") return Phase::kRun;
  return std::nullopt;
}

struct BuildOrder {
  std::string account;
  std::string cancel;
  Submission submission;
  std::size_t count = 1;
};

BuildOrder ReadBuildOrder(Fields& fields) {
  BuildOrder order;
  Submission& submission = order.submission;
  order.account = fields.Text("account").value_or("");
  if (fields.Has("cancel")) {
    order.cancel = fields.Text("cancel").value_or("");
    return order;
  }
  submission.script = fields.Text("script").value_or("");
  if (submission.script.empty()) fields.Refuse("script", "is missing: give a name or a tag");
  submission.branch_class = fields.OneOf("branch_class", BranchClassFromLabel, "production, preview, unknown")
                                .value_or(submission.branch_class);
  submission.source =
      fields.OneOf("source", SourceFromWord, "push, push_event, pull_request, manual, api, deploy_hook, unknown")
          .value_or(submission.source);
  submission.outcome =
      fields.OneOf("outcome", OutcomeFromLabel, "success, fail, skipped, cancelled, terminated, unknown")
          .value_or(submission.outcome);
  submission.stops_in = fields.OneOf("stops_in", PhaseFromLabel, "queue, init, run");
  submission.branch = fields.Text("branch").value_or("");
  submission.queue = fields.Seconds("queue");
  submission.init = fields.Seconds("init");
  submission.run = fields.Seconds("run");
  submission.hidden_for = fields.Seconds("hidden_for").value_or(submission.hidden_for);
  order.count = fields.Count("count").value_or(1);
  if (order.count > kMostBuildsAtOnce) fields.Refuse("count", "at most 100000 at once");
  return order;
}

struct ScriptOrder {
  std::string account;
  std::string rename;
  std::string to;
  std::string remove;
  std::optional<ScriptHabits> create;
};

ScriptOrder ReadScriptOrder(Fields& fields) {
  ScriptOrder order;
  order.account = fields.Text("account").value_or("");
  if (fields.Has("rename")) {
    order.rename = fields.Text("rename").value_or("");
    order.to = fields.Text("to").value_or("");
  } else if (fields.Has("delete")) {
    order.remove = fields.Text("delete").value_or("");
  } else if (fields.Has("create")) {
    ScriptHabits habits;
    habits.name = fields.Text("create").value_or("");
    if (habits.name.empty()) fields.Refuse("create", "the name is empty");
    habits.connected = fields.Flag("connected").value_or(true);
    order.create = habits;
  } else {
    fields.Refuse("rename", "one of rename, delete and create says what to do");
  }
  return order;
}

std::string Result(std::string_view key, const std::vector<std::string>& values) {
  return ToJson([&](JsonWriter& json) {
    json.StartObject();
    WriteKey(json, key);
    json.StartArray();
    for (const std::string& value : values) WriteText(json, value);
    json.EndArray();
    json.EndObject();
  });
}

}  // namespace

Reply BadControl(const std::string& problem, int status) {
  Reply reply;
  reply.status = status;
  reply.body = ToJson([&](JsonWriter& json) {
    json.StartObject();
    WriteField(json, "error", problem);
    json.EndObject();
  });
  return reply;
}

Reply QueueFaults(Simulator& simulator, const std::string& body) {
  std::vector<std::string> problems;
  std::vector<FaultOrder> orders;
  if (const auto document = ParseDocument(body, "body", problems)) {
    const std::vector<YAML::Node> items = document->IsSequence()
                                              ? std::vector<YAML::Node>(document->begin(), document->end())
                                              : std::vector<YAML::Node>{*document};
    for (const YAML::Node& item : items) {
      Fields fields(item, "body", problems);
      orders.push_back(ReadFault(fields));
    }
  }
  if (!problems.empty()) return BadControl(Joined(problems));
  for (const FaultOrder& order : orders) simulator.faults().Queue(order);
  Reply reply;
  reply.body = "{\"queued\":" + std::to_string(orders.size()) + "}";
  return reply;
}

Reply OrderBuilds(Simulator& simulator, const std::string& body) {
  const auto order = ReadBody(body, ReadBuildOrder);
  if (!order) return BadControl(order.error());
  SimulatedAccount* account = simulator.FindAccount(order->account);
  if (account == nullptr) return BadControl("account: there is no account '" + order->account + "'");
  Reply reply;
  if (!order->cancel.empty()) {
    const auto cancelled = account->Cancel(order->cancel);
    if (!cancelled) return BadControl("cancel: " + cancelled.error());
    reply.body = Result("cancelled", {order->cancel});
    return reply;
  }
  std::vector<std::string> uuids;
  for (std::size_t i = 0; i < order->count; ++i) {
    auto uuid = account->Submit(order->submission);
    if (!uuid) return BadControl("script: " + uuid.error());
    uuids.push_back(std::move(*uuid));
  }
  reply.body = Result("build_uuids", uuids);
  return reply;
}

Reply ChangeScripts(Simulator& simulator, const std::string& body) {
  const auto order = ReadBody(body, ReadScriptOrder);
  if (!order) return BadControl(order.error());
  SimulatedAccount* account = simulator.FindAccount(order->account);
  if (account == nullptr) return BadControl("account: there is no account '" + order->account + "'");
  Reply reply;
  if (order->create) {
    const auto tag = account->Create(*order->create);
    if (!tag) return BadControl("create: " + tag.error());
    reply.body = Result("created", {*tag});
    return reply;
  }
  const bool renames = !order->rename.empty();
  const auto done = renames ? account->Rename(order->rename, order->to) : account->Delete(order->remove);
  if (!done) return BadControl((renames ? "rename: " : "delete: ") + done.error());
  reply.body = Result(renames ? "renamed" : "deleted", {renames ? order->rename : order->remove});
  return reply;
}

std::optional<std::string> SetClock(Simulator& simulator, const std::string& body, Instant wall_now) {
  struct Order {
    std::optional<double> speed;
    std::optional<std::chrono::milliseconds> advance;
  };
  const auto order = ReadBody(body, [](Fields& fields) {
    return Order{fields.Number("speed"), fields.Seconds("advance")};
  });
  if (!order) return order.error();
  if (order->speed) simulator.clock().SetSpeed(wall_now, *order->speed);
  if (order->advance) simulator.clock().Jump(*order->advance);
  simulator.AdvanceTo(wall_now);
  return std::nullopt;
}

}  // namespace simulator
