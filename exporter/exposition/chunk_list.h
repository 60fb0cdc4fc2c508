#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/exposition/page.h"

namespace exporter::exposition {

/// The sample lines of a family while the page lives. Every script (or account) has a slot, 32 slots are a chunk, and
/// only the chunks in which some lines have changed are rendered again; 16 chunks are a group, and only the groups of
/// those chunks are put together again. One thread.
class ChunkList {
 public:
  static constexpr std::size_t kSlots = 32;
  static constexpr std::size_t kChunks = 16;

  /// The lines of a slot, with their line feeds; empty: it has none.
  void Set(std::size_t slot, std::string_view lines);

  bool changed() const { return !changed_.empty(); }

  /// The lines as they are now; the same object as before when nothing has changed, null when there are none.
  std::shared_ptr<const SampleBlock> Render();

 private:
  struct Chunk {
    Piece piece;
    /// Where each slot begins in the piece's text, and its end.
    std::array<std::uint32_t, kSlots + 1> begins{};
    std::int64_t lines = 0;
    /// New lines by slot, since the piece was made.
    std::map<std::size_t, std::string> changes;

    std::string_view Lines(std::size_t slot) const;
    void Render();
  };

  /// Null when none of its chunks has lines.
  std::shared_ptr<const PieceGroup> Group(std::size_t index) const;

  std::vector<Chunk> chunks_;
  std::vector<std::shared_ptr<const PieceGroup>> groups_;  // as of the last Render
  std::vector<std::size_t> changed_;                       // chunks with changes
  std::shared_ptr<const SampleBlock> block_;
};

}  // namespace exporter::exposition
