#include "client/credentials.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

namespace workers_builds {
namespace {

using Token = tl::expected<std::string, std::string>;

constexpr std::size_t kMaxTokenBytes = 4096;

/// `source` says where the text comes from, for the error.
Token CheckToken(std::string text, const std::string& source) {
  text.erase(text.find_last_not_of(" \t\r\n\v\f") + 1);
  if (text.empty()) return tl::unexpected(source + " is empty: put a Cloudflare user API token there");
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte > 0x20 && byte < 0x7F) continue;
    return tl::unexpected(source + " has a character that no API token has (byte " + std::to_string(i + 1) + " is " +
                          std::to_string(byte) + "): leave only the token there, without a name or a prefix");
  }
  return text;
}

class FixedCredentials : public Credentials {
 public:
  explicit FixedCredentials(std::string token) : token_(CheckToken(std::move(token), "the API token")) {}

  Token BearerToken() override { return token_; }
  void Refused() override {}

 private:
  const Token token_;
};

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(const std::string& path) : value_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int value() const { return value_; }

 private:
  const int value_;
};

/// Tells one state of a file from the next.
struct Stamp {
  explicit Stamp(const struct stat& status)
      : seconds(status.st_mtim.tv_sec),
        nanoseconds(status.st_mtim.tv_nsec),
        inode(status.st_ino),
        device(status.st_dev),
        size(status.st_size) {}

  bool operator==(const Stamp&) const = default;

  std::time_t seconds;
  long nanoseconds;
  ino_t inode;
  dev_t device;
  off_t size;
};

class FileCredentials : public Credentials {
 public:
  explicit FileCredentials(std::string path) : path_(std::move(path)), source_("the token file '" + path_ + "'") {}

  Token BearerToken() override {
    const std::lock_guard lock(mutex_);
    struct stat status {};
    if (::stat(path_.c_str(), &status) != 0) return Unreadable(errno);
    if (stamp_ != Stamp(status)) Read();
    return token_;
  }

  void Refused() override {
    const std::lock_guard lock(mutex_);
    stamp_.reset();
  }

 private:
  tl::unexpected<std::string> Unreadable(int error) {
    stamp_.reset();
    return tl::unexpected(source_ + " cannot be read: " + std::generic_category().message(error) +
                          "; check the path and its permissions");
  }

  void Read() {
    const Descriptor file(path_);
    struct stat status {};
    if (file.value() < 0 || ::fstat(file.value(), &status) != 0) {
      token_ = Unreadable(errno);
      return;
    }
    if (!S_ISREG(status.st_mode)) {
      token_ = tl::unexpected(source_ + " is no regular file: give the path of a file that holds only the token");
      return;
    }
    std::array<char, kMaxTokenBytes + 1> buffer{};
    std::string text;
    for (ssize_t count = 1; count != 0 && text.size() <= kMaxTokenBytes;) {
      count = ::read(file.value(), buffer.data(), buffer.size());
      if (count < 0 && errno != EINTR) {
        token_ = Unreadable(errno);
        return;
      }
      if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    if (text.size() > kMaxTokenBytes) {
      token_ = tl::unexpected(source_ + " has more than " + std::to_string(kMaxTokenBytes) +
                              " bytes: give the path of a file that holds only the token");
    } else {
      token_ = CheckToken(std::move(text), source_);
    }
    stamp_ = Stamp(status);
  }

  const std::string path_;
  const std::string source_;
  std::mutex mutex_;
  std::optional<Stamp> stamp_;
  Token token_;
};

}  // namespace

std::unique_ptr<Credentials> MakeFixedCredentials(std::string token) {
  return std::make_unique<FixedCredentials>(std::move(token));
}

std::unique_ptr<Credentials> MakeFileCredentials(std::string path) {
  return std::make_unique<FileCredentials>(std::move(path));
}

}  // namespace workers_builds
