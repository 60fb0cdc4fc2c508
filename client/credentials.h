#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <tl/expected.hpp>

namespace workers_builds {

/// Where the API token comes from. Any thread.
class Credentials {
 public:
  virtual ~Credentials() = default;
  /// The token for `Authorization: Bearer`: visible ASCII, never empty. The error says what is wrong with the source
  /// and what to do, and never holds the token.
  virtual tl::expected<std::string, std::string> BearerToken() = 0;
  /// The API has refused the token (401): the next BearerToken gets it from its source again.
  virtual void Refused() = 0;
};

/// A token that never changes. White space at its end is cut off.
std::unique_ptr<Credentials> MakeFixedCredentials(std::string token);

/// A token in a file, with white space at its end cut off. The file is read at the first call, whenever its
/// modification time, inode or size has changed, and after Refused.
std::unique_ptr<Credentials> MakeFileCredentials(std::string path);

}  // namespace workers_builds
