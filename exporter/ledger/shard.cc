#include "exporter/ledger/shard.h"

#include <cstdint>

namespace exporter::ledger {
namespace {

/// FNV-1a, 64 bits.
std::uint64_t HashOf(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

/// The `index`th number of the generator SplitMix64 with this seed.
std::uint64_t Score(std::uint64_t seed, int index) {
  std::uint64_t z = seed + (static_cast<std::uint64_t>(index) + 1) * 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

}  // namespace

bool Shard::Owns(std::string_view tag) const {
  const std::uint64_t seed = HashOf(tag);
  const std::uint64_t mine = Score(seed, index);
  for (int other = 0; other < total; ++other) {
    const std::uint64_t score = Score(seed, other);
    if (score > mine || (score == mine && other < index)) return false;
  }
  return true;
}

std::string ToText(Shard shard) {
  return std::to_string(shard.index) + "/" + std::to_string(shard.total);
}

}  // namespace exporter::ledger
