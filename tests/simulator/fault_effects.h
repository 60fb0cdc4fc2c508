#pragma once

#include "tests/simulator/fault_plan.h"
#include "tests/simulator/http.h"

namespace simulator {

/// What the fault makes of an answer that is all right. kPageDrift and kLateRows change the account, not the answer,
/// and leave it as it is.
Reply ApplyFault(const FaultOrder& fault, Reply reply);

}  // namespace simulator
