#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A reader of pages that costs little: it looks at the header and drops the body. Any problem ends the program,
/// because a measurement with a failed scrape in it is worth nothing.
namespace bench {

[[noreturn]] inline void Fail(const std::string& what) {
  std::fprintf(stderr, "scrape_bench: %s\n", what.c_str());
  std::exit(1);
}

/// Finds the end of a body in chunks (RFC 9112 section 7.1) without looking at the data.
class ChunkedBody {
 public:
  /// Whether the body ends with this part.
  bool Take(std::string_view part) {
    while (!part.empty()) {
      const std::size_t skipped = std::min<std::uint64_t>(to_skip_, part.size());
      part.remove_prefix(skipped);
      to_skip_ -= skipped;
      if (part.empty()) return false;
      const char next = part.front();
      part.remove_prefix(1);
      if (next != '\n') {
        if (next != '\r') line_ += next;
        continue;
      }
      if (last_ && line_.empty()) return true;
      if (!last_) TakeSize(std::strtoull(line_.c_str(), nullptr, 16));
      line_.clear();
    }
    return false;
  }
  std::uint64_t bytes() const { return bytes_; }

 private:
  void TakeSize(std::uint64_t size) {
    bytes_ += size;
    last_ = size == 0;
    if (!last_) to_skip_ = size + 2;  // and the line end after the data
  }

  std::uint64_t to_skip_ = 0;
  std::uint64_t bytes_ = 0;
  bool last_ = false;
  std::string line_;
};

/// One reader with a connection that it keeps for as long as the server does. One thread.
class ScrapeReader {
 public:
  /// `url` is `http://127.0.0.1:PORT/PATH`, `encoding` what goes into Accept-Encoding; the answer must come in it.
  ScrapeReader(const std::string& url, std::string encoding) : encoding_(std::move(encoding)) {
    unsigned port = 0;
    int path = 0;
    if (std::sscanf(url.c_str(), "http://127.0.0.1:%5u%n", &port, &path) != 1) Fail("not a URL on 127.0.0.1: " + url);
    peer_.sin_family = AF_INET;
    peer_.sin_port = htons(static_cast<std::uint16_t>(port));
    peer_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // The same text format from everyone, also from those that know another one.
    request_ = "GET " + url.substr(static_cast<std::size_t>(path)) +
               " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/plain;version=0.0.4\r\nAccept-Encoding: " + encoding_ +
               "\r\n\r\n";
  }
  ScrapeReader(const ScrapeReader&) = delete;
  ScrapeReader& operator=(const ScrapeReader&) = delete;
  ~ScrapeReader() { Close(); }

  /// Bytes of the body, as they were sent.
  std::uint64_t Scrape() {
    // A server may close a connection after an answer without having said so (Exposer does).
    const bool reused = socket_ >= 0;
    if (!(reused && Ask())) {
      Connect();
      if (!Ask()) Fail("the request got no answer");
    }
    const Head head = ReadHead();
    std::uint64_t bytes = 0;
    if (head.chunked) {
      ChunkedBody body;
      for (std::string_view part = head.after; !body.Take(part);) part = Receive(0);
      bytes = body.bytes();
    } else {
      for (bytes = head.after.size(); bytes < head.length;) bytes += Receive(0).size();
    }
    if (head.close) Close();
    return bytes;
  }

 private:
  struct Head {
    bool chunked = false;
    bool close = false;
    std::uint64_t length = 0;
    /// What of the body has come with the head.
    std::string_view after;
  };

  void Connect() {
    Close();
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&peer_), sizeof peer_) != 0) Fail("nobody listens");
  }

  void Close() {
    if (socket_ >= 0) close(socket_);
    socket_ = -1;
  }

  /// Sends the request; whether there is something to read then.
  bool Ask() {
    if (send(socket_, request_.data(), request_.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request_.size()))
      return false;
    char first = 0;
    return recv(socket_, &first, 1, MSG_PEEK) == 1;
  }

  /// Some bytes more, put into the buffer behind the first `kept`.
  std::string_view Receive(std::size_t kept) {
    if (kept == buffer_.size()) Fail("a header that does not end");
    const ssize_t got = recv(socket_, buffer_.data() + kept, buffer_.size() - kept, 0);
    if (got <= 0) Fail("the server closed the connection in the middle of an answer");
    return {buffer_.data() + kept, static_cast<std::size_t>(got)};
  }

  Head ReadHead() {
    std::size_t size = 0;
    std::size_t end = 0;
    do {
      size += Receive(size).size();
      end = std::string_view(buffer_.data(), size).find("\r\n\r\n");
    } while (end == std::string_view::npos);
    std::string text(buffer_.data(), end + 2);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (text.find(" 200 ") != text.find(' ')) Fail("not a 200: " + text);
    if (FieldOf(text, "content-encoding").value_or("identity") != encoding_) Fail("not " + encoding_ + ": " + text);
    Head head;
    head.chunked = FieldOf(text, "transfer-encoding") == "chunked";
    head.close = FieldOf(text, "connection") == "close";
    const auto length = FieldOf(text, "content-length");
    if (!head.chunked && !length) Fail("neither chunks nor a length: " + text);
    head.length = std::strtoull(length.value_or("0").c_str(), nullptr, 10);
    head.after = std::string_view(buffer_.data(), size).substr(end + 4);
    return head;
  }

  /// Of a header in lower case.
  static std::optional<std::string> FieldOf(const std::string& head, const std::string& name) {
    const std::size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return std::nullopt;
    const std::size_t begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }

  std::string encoding_;
  std::string request_;
  sockaddr_in peer_{};
  int socket_ = -1;
  /// Used again for every part: it stays in the processor's cache.
  std::vector<char> buffer_ = std::vector<char>(256 * 1024);
};

}  // namespace bench
