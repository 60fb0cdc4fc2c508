#include "tests/simulator/envelope.h"

#include <string>

namespace simulator {
namespace {

void WriteCount(JsonWriter& json, std::string_view key, std::size_t count) {
  WriteKey(json, key);
  json.Uint64(count);
}

void WritePageInfo(JsonWriter& json, const PageInfo& info) {
  const std::size_t pages = (info.total_count + info.per_page - 1) / info.per_page;
  WriteKey(json, "result_info");
  json.StartObject();
  WriteKey(json, "next_page");
  json.Bool(info.page < pages);
  WriteCount(json, "page", info.page);
  WriteCount(json, "per_page", info.per_page);
  WriteCount(json, "count", info.count);
  WriteCount(json, "total_count", info.total_count);
  WriteCount(json, "total_pages", pages);
  json.EndObject();
}

}  // namespace

Reply Success(const std::function<void(JsonWriter&)>& write_result, std::optional<PageInfo> page) {
  Reply reply;
  reply.body = ToJson([&](JsonWriter& json) {
    json.StartObject();
    WriteKey(json, "result");
    write_result(json);
    WriteKey(json, "success");
    json.Bool(true);
    WriteKey(json, "errors");
    json.StartArray();
    json.EndArray();
    WriteKey(json, "messages");
    json.StartArray();
    json.EndArray();
    if (page) WritePageInfo(json, *page);
    json.EndObject();
  });
  return reply;
}

Reply Failure(int status, int code, std::string_view message) {
  Reply reply;
  reply.status = status;
  reply.body = ToJson([&](JsonWriter& json) {
    json.StartObject();
    WriteKey(json, "result");
    json.Null();
    WriteKey(json, "success");
    json.Bool(false);
    WriteKey(json, "errors");
    json.StartArray();
    json.StartObject();
    WriteKey(json, "code");
    json.Int(code);
    WriteField(json, "message", message);
    json.EndObject();
    json.EndArray();
    WriteKey(json, "messages");
    json.StartArray();
    json.EndArray();
    json.EndObject();
  });
  return reply;
}

Reply NotFound() {
  return Failure(404, 12000, "Not found");
}
Reply InvalidQuery() {
  return Failure(400, 12013, "Invalid query parameter");
}
Reply MissingToken() {
  return Failure(401, 12005, "Missing token from authorization header");
}
Reply InvalidToken() {
  return Failure(401, 12006, "Invalid token");
}
Reply NotPermitted() {
  return Failure(403, 10000, "Authentication error");
}

Reply TooManyRequests(std::optional<std::size_t> retry_after_seconds) {
  if (!retry_after_seconds) return Failure(429, 971, "Please wait and consider throttling your request speed");
  Reply reply = Failure(429, 10429, "Rate limited. Please wait and consider throttling your request speed");
  reply.headers["retry-after"] = std::to_string(*retry_after_seconds);
  return reply;
}

}  // namespace simulator
