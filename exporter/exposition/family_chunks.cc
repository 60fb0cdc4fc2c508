#include "exporter/exposition/family_chunks.h"

#include <algorithm>
#include <utility>

#include "exporter/exposition/text_format.h"

namespace exporter::exposition {

std::string_view FamilyChunks::Chunk::Lines(std::size_t slot) const {
  if (const auto change = changes.find(slot); change != changes.end()) return change->second;
  if (!piece.text) return {};
  return std::string_view(*piece.text).substr(begins[slot], begins[slot + 1] - begins[slot]);
}

void FamilyChunks::Chunk::Render() {
  std::string text;
  text.reserve(piece.text ? piece.text->size() + 256 : 0);
  std::array<std::uint32_t, kSlots + 1> new_begins{};
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    new_begins[slot] = static_cast<std::uint32_t>(text.size());
    text += Lines(slot);
  }
  new_begins[kSlots] = static_cast<std::uint32_t>(text.size());
  samples = std::count(text.begin(), text.end(), '\n');
  begins = new_begins;
  changes.clear();
  text.shrink_to_fit();
  piece = MakePiece(std::move(text));
}

void FamilyChunks::Set(std::size_t slot, std::string_view lines) {
  const std::size_t index = slot / kSlots;
  if (index >= chunks_.size()) {
    if (lines.empty()) return;
    chunks_.resize(index + 1);
  }
  Chunk& chunk = chunks_[index];
  if (chunk.Lines(slot % kSlots) == lines) return;
  if (chunk.changes.empty()) changed_.push_back(index);
  chunk.changes.insert_or_assign(slot % kSlots, std::string(lines));
}

std::shared_ptr<const FamilyPage> FamilyChunks::Render(const metrics::FamilyInfo& info) {
  if (changed_.empty()) return page_;
  for (const std::size_t index : std::exchange(changed_, {})) chunks_[index].Render();
  auto page = std::make_shared<FamilyPage>();
  page->pieces.reserve(chunks_.size() + 1);
  if (page_) {
    page->pieces.push_back(page_->pieces.front());
  } else {
    std::string header;
    AppendHeader(header, info.name, ToWord(info.type), info.help);
    page->pieces.push_back(MakePiece(std::move(header)));
  }
  page->checksum = page->pieces.front().deflated.checksum;
  for (const Chunk& chunk : chunks_) {
    if (chunk.samples == 0) continue;
    page->pieces.push_back(chunk.piece);
    page->checksum = Combine(page->checksum, chunk.piece.deflated.checksum);
    page->samples += chunk.samples;
  }
  page_ = page->samples == 0 ? nullptr : std::move(page);
  return page_;
}

}  // namespace exporter::exposition
