#pragma once

#include "tests/simulator/build.h"
#include "tests/simulator/json.h"

namespace simulator {

/// The Build object (reference, section 3a). `preview_url` is in the answer for one build only.
void WriteBuild(JsonWriter& json, const Script& script, const Build& build, bool with_preview_url = false);

/// The Trigger object (reference, section 3d). kUnknown writes one that has lost its branches.
void WriteTrigger(JsonWriter& json, const Script& script, BranchClass branch_class);

/// An item of `GET /accounts/{account_id}/workers/scripts` (reference, section 2).
void WriteScript(JsonWriter& json, const Script& script);

}  // namespace simulator
