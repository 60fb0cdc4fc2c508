#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// One gzip member (RFC 1952) out of parts that were compressed one by one: the fixed header, the pieces in order, the
/// trailer. It has to be one member: several in a row are legal, but curl fails on them and other clients stop silently
/// after the first.
namespace exporter::exposition {

/// What the trailer says of the text before it; of the empty text it is all 0.
struct Checksum {
  /// CRC-32 of the text.
  std::uint32_t crc = 0;
  /// Bytes of the text, in full (the trailer has it modulo 2^32).
  std::uint64_t length = 0;

  bool operator==(const Checksum&) const = default;
};

/// The checksum of one text followed by another; takes some microseconds, whatever their lengths.
Checksum Combine(const Checksum& first, const Checksum& second);

/// A text as raw deflate data (RFC 1951) that ends on a byte and refers to nothing before itself, so that pieces can be
/// put one after the other in any order.
struct DeflatePiece {
  std::shared_ptr<const std::string> bytes = std::make_shared<const std::string>();
  Checksum checksum;
};

/// Fast rather than small (level 1). Any thread.
DeflatePiece Deflate(std::string_view text);

/// The 10 bytes before the first piece.
std::shared_ptr<const std::string> GzipHeader();

/// The end of the deflate data and the checksum of all pieces, after the last one.
std::shared_ptr<const std::string> GzipTrailer(const Checksum& all);

}  // namespace exporter::exposition
