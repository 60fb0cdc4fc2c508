#include <cstdio>

#include "exporter/metrics/metrics_reference.h"

/// Prints what stands between the markers of README.md's metrics reference.
int main() {
  std::fputs(exporter::metrics::MetricsReference().c_str(), stdout);
  return 0;
}
