#pragma once

#include <memory>

#include "exporter/exposition/chunk_list.h"
#include "exporter/exposition/page.h"

namespace exporter::exposition {

/// One family while the page lives, by the slots of its scripts or accounts. One thread.
class FamilyChunks {
 public:
  /// The lines of a slot in each format, with their line feeds; empty: it has none.
  void Set(std::size_t slot, const SampleLines& lines);

  /// The family as it is now; the same object as before when nothing has changed, null without samples.
  std::shared_ptr<const FamilyPage> Render(const metrics::FamilyInfo& info);

 private:
  ChunkList text_;
  /// Empty as long as both formats share their lines.
  ChunkList open_metrics_;
  std::shared_ptr<const FamilyPage> page_;
};

}  // namespace exporter::exposition
