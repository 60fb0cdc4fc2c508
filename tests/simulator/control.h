#pragma once

#include "tests/simulator/http.h"
#include "tests/simulator/instant.h"
#include "tests/simulator/operation.h"

namespace simulator {

class Simulator;

/// The endpoints under `/_simulator`, which need no token and count as no request; README.md describes them.
Reply AnswerControl(Simulator& simulator, const Request& request, const Target& target, Instant wall_now);

}  // namespace simulator
