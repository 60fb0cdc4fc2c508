#include "exporter/exposition/family_chunks.h"

#include <string>
#include <utility>

namespace exporter::exposition {
namespace {

Piece HeaderOf(const metrics::FamilyInfo& info, Format format) {
  std::string header;
  AppendHeader(header, format, {.name = info.name, .type = ToWord(info.type), .unit = info.unit, .help = info.help});
  return MakePiece(std::move(header));
}

}  // namespace

void FamilyChunks::Set(std::size_t slot, const SampleLines& lines) {
  text_.Set(slot, lines.text);
  open_metrics_.Set(slot, lines.open_metrics);
}

std::shared_ptr<const FamilyPage> FamilyChunks::Render(const metrics::FamilyInfo& info) {
  if (!text_.changed() && !open_metrics_.changed()) return page_;
  const auto text = text_.Render();
  const auto open_metrics = open_metrics_.Render();
  if (!text) return page_ = nullptr;
  auto page = std::make_shared<FamilyPage>();
  for (const Format format : kFormats) {
    FormattedFamily& formatted = page->by_format[static_cast<std::size_t>(format)];
    formatted.header = page_ ? page_->in(format).header : HeaderOf(info, format);
    formatted.samples = format == Format::kOpenMetrics && open_metrics ? open_metrics : text;
    formatted.checksum = Combine(formatted.header.deflated.checksum, formatted.samples->checksum);
  }
  return page_ = std::move(page);
}

}  // namespace exporter::exposition
