#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "exporter/exposition/gzip.h"
#include "exporter/metrics/catalogue.h"

namespace exporter::exposition {

/// Bytes that are written once and sent as often as they are asked for.
using Bytes = std::shared_ptr<const std::string>;

/// Some lines of a family, as text and as a part of a gzip member. Immutable.
struct Piece {
  Bytes text;
  DeflatePiece deflated;
};

Piece MakePiece(std::string text);

/// A family that has samples. Immutable.
struct FamilyPage {
  /// The comment lines, then the samples of 32 scripts (or accounts) each; none is empty.
  std::vector<Piece> pieces;
  /// Of all pieces' text.
  Checksum checksum;
  std::int64_t samples = 0;
};

/// What the API said, as of one instant, ready to be sent. Immutable; any thread.
struct Page {
  /// By metrics::Family; null without samples.
  std::array<std::shared_ptr<const FamilyPage>, metrics::kFamilyCount> families;

  const FamilyPage* family(metrics::Family family) const { return families[static_cast<std::size_t>(family)].get(); }
};

/// The page and the exporter's own metrics behind it, as plain text.
std::vector<Bytes> PlainBody(const Page& page, std::string own_metrics);
/// The same as one gzip member.
std::vector<Bytes> GzipBody(const Page& page, const std::string& own_metrics);

}  // namespace exporter::exposition
