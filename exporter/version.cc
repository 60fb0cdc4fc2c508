#include "exporter/version.h"

namespace exporter {

const Version& ThisVersion() {
  static const Version kVersion{
      .version = WORKERS_BUILDS_VERSION,
      .revision = WORKERS_BUILDS_REVISION,
#ifdef __clang__
      .compiler = "clang " + std::to_string(__clang_major__) + "." + std::to_string(__clang_minor__) + "." +
                  std::to_string(__clang_patchlevel__),
#else
      .compiler = "gcc " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__) + "." +
                  std::to_string(__GNUC_PATCHLEVEL__),
#endif
  };
  return kVersion;
}

std::string VersionText() {
  const Version& version = ThisVersion();
  return "workers_builds_exporter, version " + version.version + " (revision: " + version.revision +
         ")\n  compiler: " + version.compiler + "\n";
}

}  // namespace exporter
