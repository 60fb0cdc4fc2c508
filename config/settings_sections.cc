#include "config/settings_sections.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <system_error>
#include <tl/expected.hpp>

#include "config/file_check.h"
#include "config/log_words.h"
#include "config/section.h"
#include "config/text_check.h"

namespace config {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

void ReadUrl(const Value& value, tl::expected<std::string, std::string> (*parse)(std::string_view), std::string& out) {
  const std::optional<std::string> text = value.Text();
  if (!text) return;
  tl::expected<std::string, std::string> url = parse(*text);
  if (url) {
    out = *std::move(url);
  } else {
    value.Refuse(url.error());
  }
}

void ReadProxyUrl(const Value& value, Api& out) {
  if (value.node().kind == YamlNode::Kind::kScalar && value.node().text.empty()) return;
  ReadUrl(value, ParseProxyUrl, out.proxy_url);
}

void ReadCaFile(const Value& value, Api& out) {
  const std::optional<std::string> written = value.Text();
  if (!written || written->empty()) return;
  const std::string path = ResolvePath(*written, value.context().file);
  if (const std::optional<std::string> why = WhyUnusable(path)) {
    return value.Refuse(value.Quoted() + ": " + *why + "; it must hold certificates in PEM form");
  }
  out.ca_file = path;
}

constexpr Key<Api> kApiKeys[] = {
    {"base_url", [](const Value& value, Api& out) { ReadUrl(value, ParseBaseUrl, out.base_url); }},
    {"timeout", [](const Value& value, Api& out) { value.ReadDuration(100ms, 5min, out.timeout); }},
    {"requests_per_5m", [](const Value& value, Api& out) { value.ReadInteger(1, 100'000, out.requests_per_5m); }},
    {"concurrency", [](const Value& value, Api& out) { value.ReadInteger(1, 64, out.concurrency); }},
    {"max_retries", [](const Value& value, Api& out) { value.ReadInteger(0, 10, out.max_retries); }},
    {"max_response_bytes",
     [](const Value& value, Api& out) { value.ReadByteSize(1LL << 10, 1LL << 30, out.max_response_bytes); }},
    {"ca_file", ReadCaFile},
    {"proxy_url", ReadProxyUrl},
};

template <milliseconds Poll::*interval>
void ReadInterval(const Value& value, Poll& out) {
  value.ReadDuration(1s, days(365), out.*interval);
}

constexpr Key<Poll> kPollKeys[] = {
    {"interval", ReadInterval<&Poll::interval>},
    {"active_interval", ReadInterval<&Poll::active_interval>},
    {"idle_interval", ReadInterval<&Poll::idle_interval>},
    {"discovery_interval", ReadInterval<&Poll::discovery_interval>},
    {"limits_interval", ReadInterval<&Poll::limits_interval>},
    {"audit_interval", ReadInterval<&Poll::audit_interval>},
};

void ReadStatePath(const Value& value, State& out) {
  const std::optional<std::string> written = value.Text();
  if (!written || written->empty()) return;
  const std::string path = ResolvePath(*written, value.context().file);
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return value.Refuse(value.Quoted() + " is a folder: name the file in it, such as state.db");
  }
  out.path = path;
}

void ReadBaseline(const Value& value, State& out) {
  const std::optional<std::string> text = value.Text();
  if (!text || text->empty()) return;
  const std::optional<workers_builds::Timestamp> baseline = workers_builds::ParseTimestamp(*text);
  if (!baseline) {
    value.Refuse(value.Quoted() + " is not an instant in RFC 3339, such as 2026-08-01T00:00:00Z");
  } else if (*baseline > value.context().now) {
    value.Refuse(value.Quoted() +
                 " is in the future: counters can count only from now (leave it empty) or from before");
  } else {
    out.baseline = baseline;
  }
}

constexpr Key<State> kStateKeys[] = {
    {"path", ReadStatePath},
    {"baseline", ReadBaseline},
};

constexpr Key<Log> kLogKeys[] = {
    {"level", [](const Value& value, Log& out) { value.ReadWord<LogLevel>(kLogLevels, out.level); }},
    {"format", [](const Value& value, Log& out) { value.ReadWord<LogFormat>(kLogFormats, out.format); }},
};

template <typename T>
void Append(std::vector<std::string>& names, const std::string& section, std::span<const Key<T>> keys) {
  for (std::string& name : KeyNames(section, keys)) names.push_back(std::move(name));
}

}  // namespace

void ReadApi(const Value& section, Api& out) {
  ReadSection<Api>(section, kApiKeys, out);
}
void ReadPoll(const Value& section, Poll& out) {
  ReadSection<Poll>(section, kPollKeys, out);
}
void ReadState(const Value& section, State& out) {
  ReadSection<State>(section, kStateKeys, out);
}
void ReadLog(const Value& section, Log& out) {
  ReadSection<Log>(section, kLogKeys, out);
}

std::vector<std::string> SettingsKeyNames() {
  std::vector<std::string> names;
  Append<Api>(names, "api", kApiKeys);
  Append<Poll>(names, "poll", kPollKeys);
  Append<State>(names, "state", kStateKeys);
  Append<Log>(names, "log", kLogKeys);
  return names;
}

}  // namespace config
