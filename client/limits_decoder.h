#pragma once

#include <tl/expected.hpp>

#include "client/build.h"
#include "client/json_reader.h"

namespace workers_builds {

/// `result` of `GET .../builds/account/limits`.
tl::expected<AccountLimits, SchemaError> DecodeAccountLimits(JsonValue result, ReadNotes& notes);

}  // namespace workers_builds
