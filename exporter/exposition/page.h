#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "exporter/exposition/format.h"
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

/// The samples of some script or account in one family.
struct SampleLines {
  std::string text;
  /// What OpenMetrics shows instead, because there is more to say in it: in a family either all that have text have it,
  /// or none has, and then it shows the same.
  std::string open_metrics;
};

/// Neighbouring pieces, put together once for the pages on which none of them changes. Immutable.
struct PieceGroup {
  /// Lines of 32 scripts (or accounts) each; none is empty.
  std::vector<Piece> pieces;
  /// Of all pieces' text.
  Checksum checksum;
  std::int64_t lines = 0;
};

/// The sample lines of a family. Immutable.
struct SampleBlock {
  /// None is empty.
  std::vector<std::shared_ptr<const PieceGroup>> groups;
  Checksum checksum;
  std::int64_t lines = 0;

  template <typename Visit>
  void ForEachPiece(Visit visit) const {
    for (const auto& group : groups) std::ranges::for_each(group->pieces, visit);
  }
};

/// A family that has samples, in one format.
struct FormattedFamily {
  Piece header;
  /// Never null; both formats have the same one where their samples do not differ.
  std::shared_ptr<const SampleBlock> samples;
  /// Of header and samples.
  Checksum checksum;
};

/// A family that has samples. Immutable.
struct FamilyPage {
  std::array<FormattedFamily, kFormats.size()> by_format;

  const FormattedFamily& in(Format format) const { return by_format[static_cast<std::size_t>(format)]; }
  /// What a server stores of it.
  std::int64_t series() const { return in(Format::kText).samples->lines; }
};

/// What the API said, as of one instant, ready to be sent. Immutable; any thread.
struct Page {
  /// By metrics::Family; null without samples.
  std::array<std::shared_ptr<const FamilyPage>, metrics::kFamilyCount> families;

  const FamilyPage* family(metrics::Family family) const { return families[static_cast<std::size_t>(family)].get(); }
};

/// The page as text, and behind it the exporter's own metrics, which end it.
std::vector<Bytes> PlainBody(const Page& page, Format format, std::string own_metrics);
/// The same as one gzip member.
std::vector<Bytes> GzipBody(const Page& page, Format format, const std::string& own_metrics);

}  // namespace exporter::exposition
