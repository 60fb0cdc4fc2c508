#pragma once

#include <map>
#include <string>
#include <utility>

#include "client/timestamp.h"
#include "config/environment.h"

namespace config {

inline Environment FakeEnvironment(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

/// 2026-08-13T00:00:00Z, where these tests live.
inline workers_builds::Timestamp TestNow() {
  using namespace std::chrono;
  return sys_days(2026y / August / 13);
}

}  // namespace config
