#include "exporter/exposition/chunk_list.h"

#include <algorithm>
#include <set>
#include <utility>

namespace exporter::exposition {

std::string_view ChunkList::Chunk::Lines(std::size_t slot) const {
  if (const auto change = changes.find(slot); change != changes.end()) return change->second;
  if (!piece.text) return {};
  return std::string_view(*piece.text).substr(begins[slot], begins[slot + 1] - begins[slot]);
}

void ChunkList::Chunk::Render() {
  std::string text;
  text.reserve(piece.text ? piece.text->size() + 256 : 0);
  std::array<std::uint32_t, kSlots + 1> new_begins{};
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    new_begins[slot] = static_cast<std::uint32_t>(text.size());
    text += Lines(slot);
  }
  new_begins[kSlots] = static_cast<std::uint32_t>(text.size());
  lines = std::count(text.begin(), text.end(), '\n');
  begins = new_begins;
  changes.clear();
  text.shrink_to_fit();
  piece = MakePiece(std::move(text));
}

void ChunkList::Set(std::size_t slot, std::string_view lines) {
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

std::shared_ptr<const PieceGroup> ChunkList::Group(std::size_t index) const {
  auto group = std::make_shared<PieceGroup>();
  const std::size_t end = std::min((index + 1) * kChunks, chunks_.size());
  for (std::size_t i = index * kChunks; i < end; ++i) {
    const Chunk& chunk = chunks_[i];
    if (chunk.lines == 0) continue;
    group->pieces.push_back(chunk.piece);
    group->checksum = Combine(group->checksum, chunk.piece.deflated.checksum);
    group->lines += chunk.lines;
  }
  if (group->lines == 0) return nullptr;
  return group;
}

std::shared_ptr<const SampleBlock> ChunkList::Render() {
  if (changed_.empty()) return block_;
  std::set<std::size_t> changed_groups;
  for (const std::size_t index : std::exchange(changed_, {})) {
    chunks_[index].Render();
    changed_groups.insert(index / kChunks);
  }
  groups_.resize((chunks_.size() + kChunks - 1) / kChunks);
  for (const std::size_t index : changed_groups) groups_[index] = Group(index);
  auto block = std::make_shared<SampleBlock>();
  for (const auto& group : groups_) {
    if (!group) continue;
    block->groups.push_back(group);
    block->checksum = Combine(block->checksum, group->checksum);
    block->lines += group->lines;
  }
  block_ = block->lines == 0 ? nullptr : std::move(block);
  return block_;
}

}  // namespace exporter::exposition
