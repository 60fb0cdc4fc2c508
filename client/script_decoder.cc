#include "client/script_decoder.h"

#include <utility>

namespace workers_builds {

tl::expected<std::vector<Script>, SchemaError> DecodeScripts(JsonValue result, ReadNotes& notes) {
  if (!result.IsArray()) return tl::unexpected(Mismatch("$.result", JsonType::kArray, result.type()));
  std::vector<Script> scripts;
  scripts.reserve(result.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto value = result.At(i);
    const JsonReader in(value, notes);
    Script script{in.Text("id"), in.Text("tag")};
    if (script.tag.empty()) {
      notes.Unknown("tag", ToWord(value["tag"].type()));
      continue;
    }
    scripts.push_back(std::move(script));
  }
  return scripts;
}

}  // namespace workers_builds
