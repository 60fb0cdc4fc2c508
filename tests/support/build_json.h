#pragma once

#include <string>

namespace workers_builds::testing {

/// The UUID that BuildJson gives to its build.
std::string BuildJsonUuid(int number);

/// A finished build with every field that real answers have, about 2 KB; different for each `number`.
std::string BuildJson(int number);

/// A whole answer of the builds list with `count` builds.
std::string BuildPageJson(int count);

}  // namespace workers_builds::testing
