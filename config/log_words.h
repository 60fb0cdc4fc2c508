#pragma once

#include <string_view>
#include <utility>

#include "config/config.h"

namespace config {

inline constexpr std::pair<std::string_view, LogLevel> kLogLevels[] = {
    {"debug", LogLevel::kDebug}, {"info", LogLevel::kInfo}, {"warn", LogLevel::kWarn}, {"error", LogLevel::kError}};
inline constexpr std::pair<std::string_view, LogFormat> kLogFormats[] = {{"logfmt", LogFormat::kLogfmt},
                                                                         {"json", LogFormat::kJson}};

}  // namespace config
