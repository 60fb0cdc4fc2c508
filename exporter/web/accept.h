#pragma once

#include <string_view>

/// What a reader would rather have (RFC 9110 section 12.5). Whatever a header says, there is an answer: without it, or
/// where it is not well formed, the plain one. An item whose weight cannot be read counts as not there.
namespace exporter::web {

/// Whether an answer to this `Accept-Encoding` should be gzip: it is acceptable and not less welcome than the identity.
bool PrefersGzip(std::string_view accept_encoding);

/// Whether an answer to this `Accept` should be OpenMetrics 1.0.0: it is named (with that version or none), acceptable,
/// and not less welcome than the text format 0.0.4. A wildcard alone asks for no OpenMetrics.
bool PrefersOpenMetrics(std::string_view accept);

}  // namespace exporter::web
