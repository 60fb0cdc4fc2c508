#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

namespace support {

/// The text of a gzip member; the test fails unless it is one, whole, and nothing comes after it.
inline std::string Gunzip(const std::string& member) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(member.data()));
  stream.avail_in = static_cast<uInt>(member.size());
  std::string text;
  std::string part(1 << 16, '\0');
  int result = Z_OK;
  while (result == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(part.data());
    stream.avail_out = static_cast<uInt>(part.size());
    result = inflate(&stream, Z_NO_FLUSH);
    text.append(part, 0, part.size() - stream.avail_out);
  }
  EXPECT_EQ(result, Z_STREAM_END) << "not one whole gzip member";
  EXPECT_EQ(stream.avail_in, 0U) << "bytes after the member";
  inflateEnd(&stream);
  return text;
}

}  // namespace support
