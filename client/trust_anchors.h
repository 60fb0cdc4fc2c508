#pragma once

#include <string>
#include <tl/expected.hpp>

namespace workers_builds {

/// The PEM text of a file with at least one certificate. The error names the file and what is wrong with it.
tl::expected<std::string, std::string> ReadTrustAnchors(const std::string& path);

}  // namespace workers_builds
