#pragma once

#include <string>

namespace exporter {

/// What this program was built from, and with; the labels of `workers_builds_exporter_build_info`.
struct Version {
  std::string version;   // `0.1.0`, `0.1.0+git3.9c04c1e2331e`: what deploy/debian/version.sh says
  std::string revision;  // the commit, `unknown` outside of a checkout
  std::string compiler;  // `gcc 12.2.0`
};

const Version& ThisVersion();

/// What `--version` prints, as Prometheus' programs do: a line with version and revision, one with the compiler.
std::string VersionText();

}  // namespace exporter
