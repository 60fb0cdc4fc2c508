#include "exporter/exposition/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

namespace exporter::exposition {
namespace {

/// A deflate stream that is set back instead of made anew: making one clears a quarter of a megabyte.
class Deflater {
 public:
  Deflater() {
    // Fails only without memory: the arguments are constants.
    if (deflateInit2(&stream_, 1, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  std::string Run(std::string_view text) {
    deflateReset(&stream_);
    std::string out;
    out.resize(std::max<std::size_t>(text.size() / 4, 256));
    std::size_t used = 0;
    do {
      const std::size_t part = std::min<std::size_t>(text.size(), kMaxPart);
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
      stream_.avail_in = static_cast<uInt>(part);
      text.remove_prefix(part);
      const int flush = text.empty() ? Z_FULL_FLUSH : Z_NO_FLUSH;
      do {
        if (used == out.size()) out.resize(out.size() * 2);
        const std::size_t room = std::min<std::size_t>(out.size() - used, kMaxPart);
        stream_.next_out = reinterpret_cast<Bytef*>(out.data() + used);
        stream_.avail_out = static_cast<uInt>(room);
        deflate(&stream_, flush);
        used += room - stream_.avail_out;
      } while (stream_.avail_out == 0);
    } while (!text.empty());
    out.resize(used);
    out.shrink_to_fit();
    return out;
  }

 private:
  static constexpr std::size_t kMaxPart = std::size_t{1} << 30;  // zlib counts in 32 bits

  z_stream stream_{};
};

void AppendLittleEndian(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(value >> shift & 0xFF));
}

}  // namespace

Checksum Combine(const Checksum& first, const Checksum& second) {
  static_assert(sizeof(z_off_t) == sizeof(std::int64_t));
  return {static_cast<std::uint32_t>(crc32_combine(first.crc, second.crc, static_cast<z_off_t>(second.length))),
          first.length + second.length};
}

DeflatePiece Deflate(std::string_view text) {
  if (text.empty()) return {};
  thread_local Deflater deflater;
  DeflatePiece piece;
  piece.bytes = std::make_shared<const std::string>(deflater.Run(text));
  piece.checksum.crc = static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size()));
  piece.checksum.length = text.size();
  return piece;
}

std::shared_ptr<const std::string> GzipHeader() {
  // Magic, deflate, no flags, no time, fastest, Unix (RFC 1952 section 2.3).
  static const auto kHeader =
      std::make_shared<const std::string>("\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\x03", std::size_t{10});
  return kHeader;
}

std::shared_ptr<const std::string> GzipTrailer(const Checksum& all) {
  // An empty last block with fixed codes (RFC 1951 section 3.2.6), CRC, length.
  std::string trailer("\x03\x00", 2);
  AppendLittleEndian(trailer, all.crc);
  AppendLittleEndian(trailer, static_cast<std::uint32_t>(all.length & std::numeric_limits<std::uint32_t>::max()));
  return std::make_shared<const std::string>(std::move(trailer));
}

}  // namespace exporter::exposition
