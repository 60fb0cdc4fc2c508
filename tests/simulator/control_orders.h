#pragma once

#include <optional>
#include <string>

#include "tests/simulator/http.h"
#include "tests/simulator/instant.h"

namespace simulator {

class Simulator;

// The POST endpoints under `/_simulator`. A body that is wrong changes nothing and is answered with 400 and every
// problem in it.

/// `{"error": problem}`.
Reply BadControl(const std::string& problem, int status = 400);

/// One fault or a list of them.
Reply QueueFaults(Simulator& simulator, const std::string& body);
/// Submits builds, or cancels one.
Reply OrderBuilds(Simulator& simulator, const std::string& body);
/// Renames, deletes or creates a script.
Reply ChangeScripts(Simulator& simulator, const std::string& body);
/// Sets the speed, jumps ahead, or both. Returns what is wrong.
std::optional<std::string> SetClock(Simulator& simulator, const std::string& body, Instant wall_now);

}  // namespace simulator
