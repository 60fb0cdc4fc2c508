#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "client/error.h"
#include "client/http.h"
#include "client/json_document.h"
#include "client/json_reader.h"

namespace workers_builds {

/// The value of a header, empty when it is not there. `name` in lower case.
std::string_view Header(const HttpResponse& response, std::string_view name);

/// The v4 envelope of a successful answer: `success` is true, and what is promised stands in `result`.
class Envelope {
 public:
  explicit Envelope(JsonDocument document) : document_(std::move(document)) {}

  JsonValue result() const { return document_.root()["result"]; }
  JsonValue result_info() const { return document_.root()["result_info"]; }
  /// Strings of the body that were not Unicode.
  std::int64_t repaired() const { return document_.repaired(); }

 private:
  JsonDocument document_;
};

/// What an error says about the call besides what came back.
struct CallSite {
  /// For Error::request.
  std::string request;
  /// Never shown, also where the answer repeats it.
  std::string_view secret;
};

/// An answer of any status becomes the envelope of a success or an Error. The body is moved out of `response`.
tl::expected<Envelope, Error> OpenEnvelope(HttpResponse& response, const CallSite& site);

/// The Error for an envelope that opened but does not hold what the operation promises.
Error ToError(const SchemaError& schema, const HttpResponse& response, const CallSite& site);

/// The Error for a call that brought no answer.
Error ToError(const TransportError& transport, const CallSite& site);

}  // namespace workers_builds
