#include "tests/simulator/fault_effects.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <functional>
#include <string>

#include "tests/simulator/envelope.h"

namespace simulator {
namespace {

using rapidjson::Value;

/// Calls `visit` for every object in the document, from the outside in.
void ForEachObject(Value& value, const std::function<void(Value&)>& visit) {
  if (value.IsArray()) {
    for (Value& item : value.GetArray()) ForEachObject(item, visit);
  } else if (value.IsObject()) {
    visit(value);
    for (auto& member : value.GetObject()) ForEachObject(member.value, visit);
  }
}

void SetIfThere(Value& object, const char* name, Value value) {
  const auto member = object.FindMember(name);
  if (member != object.MemberEnd()) member->value = value;
}

void EmptyResult(Value& result) {
  if (result.IsArray()) {
    result.Clear();
  } else if (result.IsObject() && result.HasMember("builds")) {
    result["builds"].RemoveAllMembers();
  } else if (result.IsObject()) {
    result.RemoveAllMembers();
  }
}

void WrongTypes(Value& object) {
  SetIfThere(object, "status", Value(7));
  SetIfThere(object, "build_outcome", Value(rapidjson::kArrayType));
  SetIfThere(object, "created_on", Value(1'784'052'295));
  SetIfThere(object, "stopped_on", Value(true));
  SetIfThere(object, "trigger", Value("none"));
  SetIfThere(object, "build_trigger_metadata", Value(false));
  SetIfThere(object, "has_reached_build_minutes_limit", Value("no"));
  SetIfThere(object, "build_minutes_refresh_on", Value(0));
  SetIfThere(object, "id", Value(12));
  SetIfThere(object, "tag", Value(rapidjson::kObjectType));
}

void UnknownWords(Value& object) {
  if (!object.HasMember("build_outcome") && !object.HasMember("build_trigger_source")) return;
  SetIfThere(object, "status", Value("hibernating"));
  const auto outcome = object.FindMember("build_outcome");
  if (outcome != object.MemberEnd() && outcome->value.IsString()) outcome->value = Value("evaporated");
  SetIfThere(object, "build_trigger_source", Value("telepathy"));
}

void Reverse(Value& result) {
  if (!result.IsArray()) return;
  for (rapidjson::SizeType i = 0; i < result.Size() / 2; ++i) result[i].Swap(result[result.Size() - 1 - i]);
}

void Edit(FaultKind kind, rapidjson::Document& document) {
  Value& result = document["result"];
  switch (kind) {
    case FaultKind::kEmptyResult:
      EmptyResult(result);
      break;
    case FaultKind::kNullResult:
      result.SetNull();
      break;
    case FaultKind::kWrongTypes:
      ForEachObject(result, WrongTypes);
      break;
    case FaultKind::kUnknownWords:
      ForEachObject(result, UnknownWords);
      break;
    case FaultKind::kInvalidUtf8:
      ForEachObject(result, [](Value& object) { SetIfThere(object, "branch", Value("caf\xE9/\xFF\xFE")); });
      break;
    case FaultKind::kReversed:
      Reverse(result);
      break;
    default:
      break;
  }
}

Reply Edited(FaultKind kind, Reply reply) {
  rapidjson::Document document;
  document.Parse(reply.body.data(), reply.body.size());
  if (document.HasParseError() || !document.IsObject() || !document.HasMember("result")) return reply;
  Edit(kind, document);
  reply.body = ToJson([&](JsonWriter& json) { document.Accept(json); });
  return reply;
}

Reply Html() {
  Reply reply;
  reply.status = 500;
  reply.headers["content-type"] = "text/html; charset=UTF-8";
  reply.body =
      "<!DOCTYPE html><html><head><title>500: Internal server error</title></head><body><h1>Error "
      "500</h1></body></html>";
  return reply;
}

Reply TooManyOrdered(const FaultOrder& fault) {
  if (!fault.retry_after) return TooManyRequests(std::nullopt);
  return TooManyRequests(static_cast<std::size_t>(fault.retry_after->count()));
}

}  // namespace

Reply ApplyFault(const FaultOrder& fault, Reply reply) {
  switch (fault.kind) {
    case FaultKind::kRateLimited:
      return TooManyOrdered(fault);
    case FaultKind::kInternalError:
      return Html();
    case FaultKind::kUnauthorized:
      return InvalidToken();
    case FaultKind::kForbidden:
      return NotPermitted();
    case FaultKind::kNotFound:
      return NotFound();
    case FaultKind::kReset:
      reply.reset = true;
      return reply;
    case FaultKind::kTruncated:
      reply.cut_at = reply.body.size() / 2;
      return reply;
    case FaultKind::kSlow:
      reply.delay = fault.delay;
      return reply;
    case FaultKind::kMalformedJson:
      reply.body.resize(reply.body.size() / 2);
      return reply;
    case FaultKind::kDeepNesting:
      reply.body.assign(200'000, '[');
      return reply;
    case FaultKind::kEmptyResult:
    case FaultKind::kNullResult:
    case FaultKind::kWrongTypes:
    case FaultKind::kUnknownWords:
    case FaultKind::kInvalidUtf8:
    case FaultKind::kReversed:
      return Edited(fault.kind, std::move(reply));
    case FaultKind::kPageDrift:
    case FaultKind::kLateRows:
      break;
  }
  return reply;
}

}  // namespace simulator
