#include "exporter/exposition/gzip.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include <random>

namespace exporter::exposition {
namespace {

using Pieces = std::vector<DeflatePiece>;

/// The whole member.
std::string Member(const Pieces& pieces) {
  std::string member = *GzipHeader();
  Checksum all;
  for (const DeflatePiece& piece : pieces) {
    member += *piece.bytes;
    all = Combine(all, piece.checksum);
  }
  return member + *GzipTrailer(all);
}

/// What a strict reader makes of it: exactly one member, nothing after it. Else a message.
std::string Gunzip(std::string member) {
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return "(no memory)";
  stream.next_in = reinterpret_cast<Bytef*>(member.data());
  stream.avail_in = static_cast<uInt>(member.size());
  std::string text;
  int status = Z_OK;
  while (status == Z_OK) {
    char part[65536];
    stream.next_out = reinterpret_cast<Bytef*>(part);
    stream.avail_out = sizeof part;
    status = inflate(&stream, Z_NO_FLUSH);
    text.append(part, sizeof part - stream.avail_out);
  }
  const auto rest = stream.avail_in;
  const std::string problem = stream.msg == nullptr ? "" : stream.msg;
  inflateEnd(&stream);
  if (status != Z_STREAM_END) return "(not gzip: " + std::to_string(status) + " " + problem + ")";
  return rest == 0 ? text : "(bytes after the member: " + std::to_string(rest) + ")";
}

/// Text that does not compress away.
std::string Noise(std::size_t length) {
  std::mt19937 random(static_cast<unsigned>(length));
  std::string text(length, ' ');
  for (char& c : text) c = static_cast<char>(random() & 0xFF);
  return text;
}

TEST(Gzip, MakesOneMemberOfPieces) {
  const Pieces pieces = {Deflate("first\n"), Deflate("second\n"), Deflate("third\n")};
  EXPECT_EQ(Gunzip(Member(pieces)), "first\nsecond\nthird\n");
}

TEST(Gzip, TakesPiecesInAnyOrderAndMoreThanOnce) {
  const DeflatePiece a = Deflate("aaaa aaaa aaaa aaaa\n");
  const DeflatePiece b = Deflate("aaaa aaaa bbbb\n");
  EXPECT_EQ(Gunzip(Member(Pieces{b, a, b})), "aaaa aaaa bbbb\naaaa aaaa aaaa aaaa\naaaa aaaa bbbb\n");
}

TEST(Gzip, MakesAnEmptyMemberOfNothing) {
  EXPECT_EQ(Gunzip(Member({})), "");
  EXPECT_EQ(Gunzip(Member(Pieces{Deflate(""), {}})), "");
  EXPECT_EQ(Gunzip(Member(Pieces{Deflate(""), Deflate("x")})), "x");
}

TEST(Gzip, CarriesTextThatGrowsWhenCompressed) {
  const std::string noise = Noise(300'000);
  EXPECT_EQ(Gunzip(Member(Pieces{Deflate(noise), Deflate("end")})), noise + "end");
}

TEST(Gzip, CombinesChecksumsAsIfTheTextWereOne) {
  const std::string first = Noise(1000);
  const std::string second = Noise(77);
  EXPECT_EQ(Combine(Deflate(first).checksum, Deflate(second).checksum), Deflate(first + second).checksum);
  EXPECT_EQ(Combine({}, Deflate(first).checksum), Deflate(first).checksum);
  EXPECT_EQ(Combine(Deflate(first).checksum, {}), Deflate(first).checksum);
}

TEST(Gzip, WritesTheLengthModuloTwoToThe32) {
  const std::string trailer = *GzipTrailer({.crc = 0x04030201, .length = 0x1'0000'0005});
  EXPECT_EQ(trailer, std::string("\x03\x00\x01\x02\x03\x04\x05\x00\x00\x00", 10));
}

}  // namespace
}  // namespace exporter::exposition
