#pragma once

#include <string>

namespace workers_builds {

/// One Worker of `GET /accounts/{account_id}/workers/scripts`.
struct Script {
  /// `id` there: the name, which can change.
  std::string name;
  /// `tag` there: 32 lower-case hex digits, never changes; the Builds operations call it `external_script_id`.
  std::string tag;
};

}  // namespace workers_builds
