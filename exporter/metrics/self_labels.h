#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "exporter/poll/vocabulary.h"

/// The closed sets of label values that the exporter's own metrics have, with the words of the page.
namespace exporter::metrics {

using poll::Collector;
using poll::DropReason;
using poll::kCollectors;
using poll::kDropReasons;
using poll::kTiers;
using poll::Tier;
using poll::ToWord;

/// A fact in an answer that cannot be true and was corrected.
enum class Anomaly : std::uint8_t { kNegativeDuration, kContradiction, kNoStoppedOn, kInvalidUtf8 };
inline constexpr std::array kAnomalies{Anomaly::kNegativeDuration, Anomaly::kContradiction, Anomaly::kNoStoppedOn,
                                       Anomaly::kInvalidUtf8};
std::string_view ToWord(Anomaly anomaly);

/// How a scrape was answered.
enum class Encoding : std::uint8_t { kIdentity, kGzip };
inline constexpr std::array kEncodings{Encoding::kIdentity, Encoding::kGzip};
std::string_view ToWord(Encoding encoding);

/// Which path was asked for; kOther is everything that is not served.
enum class WebHandler : std::uint8_t { kMetrics, kStatus, kHealthy, kReady, kReload, kConfig, kOther };
inline constexpr std::array kWebHandlers{WebHandler::kMetrics, WebHandler::kStatus, WebHandler::kHealthy,
                                         WebHandler::kReady,   WebHandler::kReload, WebHandler::kConfig,
                                         WebHandler::kOther};
std::string_view ToWord(WebHandler handler);

}  // namespace exporter::metrics
