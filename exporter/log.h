#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "config/config.h"

/// The daemon's log on stderr, a line an event: `ts=... level=info msg="..." key=value` or the same as JSON. Any
/// thread.
namespace exporter::log {

struct Field {
  std::string_view key;
  std::string value;
};
using Fields = std::initializer_list<Field>;

/// Before the first line; until then: info, logfmt.
void Configure(config::LogLevel level, config::LogFormat format);

void Debug(std::string_view message, Fields fields = {});
void Info(std::string_view message, Fields fields = {});
void Warn(std::string_view message, Fields fields = {});
void Error(std::string_view message, Fields fields = {});

}  // namespace exporter::log
