#include "exporter/exposition/gzip.h"

#include <gmock/gmock.h>

#include <random>

#include "tests/support/gunzip.h"

namespace exporter::exposition {
namespace {

using Pieces = std::vector<DeflatePiece>;
using support::Gunzip;

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
