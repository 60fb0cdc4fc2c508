#pragma once

#include <string_view>

namespace exporter::web {

/// Whether an answer to this `Accept-Encoding` (RFC 9110 section 12.5.3) should be gzip: it is acceptable and not less
/// welcome than the plain text. Without the header, or with one that is not well formed, it is not: an item whose
/// weight cannot be read counts as not there.
bool PrefersGzip(std::string_view accept_encoding);

}  // namespace exporter::web
