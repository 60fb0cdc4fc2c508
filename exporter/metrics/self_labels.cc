#include "exporter/metrics/self_labels.h"

namespace exporter::metrics {

std::string_view ToWord(Anomaly anomaly) {
  switch (anomaly) {
    case Anomaly::kNegativeDuration:
      return "negative_duration";
    case Anomaly::kContradiction:
      return "contradiction";
    case Anomaly::kNoStoppedOn:
      return "no_stopped_on";
    case Anomaly::kInvalidUtf8:
      return "invalid_utf8";
  }
  return "";
}

std::string_view ToWord(Encoding encoding) {
  switch (encoding) {
    case Encoding::kIdentity:
      return "identity";
    case Encoding::kGzip:
      return "gzip";
  }
  return "";
}

std::string_view ToWord(WebHandler handler) {
  switch (handler) {
    case WebHandler::kMetrics:
      return "metrics";
    case WebHandler::kStatus:
      return "status";
    case WebHandler::kHealthy:
      return "healthy";
    case WebHandler::kReady:
      return "ready";
    case WebHandler::kReload:
      return "reload";
    case WebHandler::kConfig:
      return "config";
    case WebHandler::kOther:
      return "other";
  }
  return "";
}

}  // namespace exporter::metrics
