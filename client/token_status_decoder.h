#pragma once

#include <tl/expected.hpp>

#include "client/builds_api.h"
#include "client/json_reader.h"

namespace workers_builds {

/// `result` of `GET /user/tokens/verify` and `GET /accounts/{account_id}/tokens/verify`.
tl::expected<TokenStatus, SchemaError> DecodeTokenStatus(JsonValue result, ReadNotes& notes);

}  // namespace workers_builds
