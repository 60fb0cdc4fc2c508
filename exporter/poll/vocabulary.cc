#include "exporter/poll/vocabulary.h"

namespace exporter::poll {

std::string_view ToWord(Collector collector) {
  switch (collector) {
    case Collector::kDiscovery:
      return "discovery";
    case Collector::kLatest:
      return "latest";
    case Collector::kList:
      return "list";
    case Collector::kBuild:
      return "build";
    case Collector::kLimits:
      return "limits";
    case Collector::kVerify:
      break;
  }
  return "verify";
}

std::string_view ToWord(Tier tier) {
  switch (tier) {
    case Tier::kActive:
      return "active";
    case Tier::kRecent:
      return "recent";
    case Tier::kIdle:
      break;
  }
  return "idle";
}

std::string_view ToWord(DropReason reason) {
  switch (reason) {
    case DropReason::kMaxScripts:
      return "max_scripts";
    case DropReason::kMaxSeries:
      return "max_series";
  }
  return "";
}

}  // namespace exporter::poll
