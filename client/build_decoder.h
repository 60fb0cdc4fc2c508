#pragma once

#include <tl/expected.hpp>

#include "client/build.h"
#include "client/json_reader.h"

namespace workers_builds {

/// `result` of `GET .../builds/builds/{build_uuid}`: an object of schema `builds_BuildResponse`.
tl::expected<Build, SchemaError> DecodeBuild(JsonValue result, ReadNotes& notes);

/// `result` and `result_info` of `GET .../builds/workers/{external_script_id}/builds`. An element that is no object is
/// left out and noted as `build`.
tl::expected<BuildPage, SchemaError> DecodeBuildPage(JsonValue result, JsonValue result_info, ReadNotes& notes);

/// `result` of `GET .../builds/builds/latest`. A script whose build is null has none; one whose build is no object is
/// left out and noted as `build`.
tl::expected<LatestBuilds, SchemaError> DecodeLatestBuilds(JsonValue result, ReadNotes& notes);

}  // namespace workers_builds
