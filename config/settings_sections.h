#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "config/value.h"

namespace config {

void ReadApi(const Value& section, Api& out);
void ReadPoll(const Value& section, Poll& out);
void ReadState(const Value& section, State& out);
void ReadLog(const Value& section, Log& out);

/// `api.base_url` and so on, of these four sections.
std::vector<std::string> SettingsKeyNames();

}  // namespace config
