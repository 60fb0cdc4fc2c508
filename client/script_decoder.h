#pragma once

#include <tl/expected.hpp>
#include <vector>

#include "client/json_reader.h"
#include "client/script.h"

namespace workers_builds {

/// `result` of `GET /accounts/{account_id}/workers/scripts`. A script without a tag is left out and noted as `tag`.
tl::expected<std::vector<Script>, SchemaError> DecodeScripts(JsonValue result, ReadNotes& notes);

}  // namespace workers_builds
