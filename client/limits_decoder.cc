#include "client/limits_decoder.h"

namespace workers_builds {

tl::expected<AccountLimits, SchemaError> DecodeAccountLimits(JsonValue result, ReadNotes& notes) {
  if (!result.IsObject()) return tl::unexpected(Mismatch("$.result", JsonType::kObject, result.type()));
  const JsonReader in(result, notes);
  AccountLimits limits;
  limits.has_reached_build_minutes_limit = in.Bool("has_reached_build_minutes_limit");
  limits.build_minutes_refresh_on = in.Instant("build_minutes_refresh_on");
  return limits;
}

}  // namespace workers_builds
