#include "client/token_status_decoder.h"

namespace workers_builds {

tl::expected<TokenStatus, SchemaError> DecodeTokenStatus(JsonValue result, ReadNotes& notes) {
  if (!result.IsObject()) return tl::unexpected(Mismatch("$.result", JsonType::kObject, result.type()));
  const JsonReader in(result, notes);
  TokenStatus token;
  token.id = in.Text("id");
  token.status = in.Text("status");
  token.expires_on = in.Instant("expires_on");
  return token;
}

}  // namespace workers_builds
