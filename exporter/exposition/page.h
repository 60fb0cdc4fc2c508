#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "exporter/exposition/gzip.h"
#include "exporter/metrics/sample_writer.h"

namespace exporter::exposition {

/// What the API said, as of one instant, ready to be sent: a piece a family. Immutable; any thread.
struct Page {
  std::vector<std::shared_ptr<const std::string>> text;
  std::vector<DeflatePiece> deflated;
};

/// Families without samples are left out.
std::shared_ptr<const Page> RenderPage(const metrics::FamilyTexts& texts);

/// The page and the exporter's own metrics behind it, as plain text.
std::vector<std::shared_ptr<const std::string>> PlainBody(const Page& page, std::string own_metrics);
/// The same as one gzip member.
std::vector<std::shared_ptr<const std::string>> GzipBody(const Page& page, const std::string& own_metrics);

}  // namespace exporter::exposition
