#include "exporter/exposition/page.h"

#include <utility>

namespace exporter::exposition {
namespace {

/// Of a page, without what stands around it.
std::size_t PiecesOf(const Page& page, Format format) {
  std::size_t count = 0;
  for (const auto& family : page.families) {
    if (!family) continue;
    ++count;
    for (const auto& group : family->in(format).samples->groups) count += group->pieces.size();
  }
  return count;
}

}  // namespace

Piece MakePiece(std::string text) {
  DeflatePiece deflated = Deflate(text);
  return {std::make_shared<const std::string>(std::move(text)), std::move(deflated)};
}

std::vector<Bytes> PlainBody(const Page& page, Format format, std::string own_metrics) {
  std::vector<Bytes> body;
  body.reserve(PiecesOf(page, format) + 1);
  for (const auto& family : page.families) {
    if (!family) continue;
    body.push_back(family->in(format).header.text);
    family->in(format).samples->ForEachPiece([&](const Piece& piece) { body.push_back(piece.text); });
  }
  body.push_back(std::make_shared<const std::string>(std::move(own_metrics)));
  return body;
}

std::vector<Bytes> GzipBody(const Page& page, Format format, const std::string& own_metrics) {
  std::vector<Bytes> body;
  body.reserve(PiecesOf(page, format) + 3);
  body.push_back(GzipHeader());
  Checksum all;
  for (const auto& family : page.families) {
    if (!family) continue;
    const FormattedFamily& formatted = family->in(format);
    body.push_back(formatted.header.deflated.bytes);
    formatted.samples->ForEachPiece([&](const Piece& piece) { body.push_back(piece.deflated.bytes); });
    all = Combine(all, formatted.checksum);
  }
  const DeflatePiece own = Deflate(own_metrics);
  body.push_back(own.bytes);
  body.push_back(GzipTrailer(Combine(all, own.checksum)));
  return body;
}

}  // namespace exporter::exposition
