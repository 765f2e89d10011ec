// A token file is looked at before each request and read only when it changed: a stat costs about a microsecond.
#include "config/credentials.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <mutex>
#include <optional>
#include <utility>

#include <kplane/error.hpp>

namespace kplane::config {

namespace {

constexpr std::size_t max_token_bytes = std::size_t{64} * 1024;

/// @throws ConfigError, which never quotes the token
std::string checked_token(std::string token, const std::string& origin) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  token.erase(std::find_if_not(token.rbegin(), token.rend(), blank).base(), token.end());
  token.erase(token.begin(), std::find_if_not(token.begin(), token.end(), blank));
  if (token.empty()) throw ConfigError(origin + " is empty");
  const auto printable = [](unsigned char c) { return c > 0x20 && c < 0x7f; };
  if (!std::all_of(token.begin(), token.end(), printable)) {
    throw ConfigError(origin + " has a character that an HTTP header must not hold");
  }
  return token;
}

class FixedToken final : public http::Credentials {
 public:
  explicit FixedToken(const std::string& token) : authorization_("Bearer " + token) {}

  std::string authorization() override { return authorization_; }
  bool renew(const std::string& /*used*/) override { return false; }

 private:
  const std::string authorization_;
};

/// What tells one state of a file from the next without reading it.
struct FileStamp {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  timespec modified{};

  friend bool operator==(const FileStamp& a, const FileStamp& b) noexcept {
    return a.device == b.device && a.inode == b.inode && a.size == b.size && a.modified.tv_sec == b.modified.tv_sec &&
           a.modified.tv_nsec == b.modified.tv_nsec;
  }
};

std::optional<FileStamp> stamp_of(const std::string& path) noexcept {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return FileStamp{info.st_dev, info.st_ino, info.st_size, info.st_mtim};
}

std::string read_token(const std::string& path) {
  std::ifstream file;
  if (stamp_of(path))
    file.open(path, std::ios::binary);  // only a regular file: opening a pipe would wait for its writer
  if (!file.is_open()) throw ConfigError("token file " + path + " cannot be read");
  std::string text(max_token_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > max_token_bytes) throw ConfigError("token file " + path + " is too large to be a token");
  return checked_token(std::move(text), "token file " + path);
}

class TokenFile final : public http::Credentials {
 public:
  explicit TokenFile(std::string path)
      : path_(std::move(path)), stamp_(stamp_of(path_)), authorization_(read_authorization()) {}

  std::string authorization() override {
    const std::optional<FileStamp> stamp = stamp_of(path_);
    const std::lock_guard lock(mutex_);
    if (stamp && !(stamp == stamp_)) read_again(stamp);
    return authorization_;
  }

  bool renew(const std::string& used) override {
    const std::optional<FileStamp> stamp = stamp_of(path_);
    const std::lock_guard lock(mutex_);
    read_again(stamp);
    return authorization_ != used;
  }

 private:
  [[nodiscard]] std::string read_authorization() const { return "Bearer " + read_token(path_); }

  // A file that is empty or gone for a moment, while it is being rotated, leaves the token that was good until now.
  void read_again(const std::optional<FileStamp>& stamp) {
    try {
      authorization_ = read_authorization();
      stamp_ = stamp;
    } catch (const ConfigError&) {
      stamp_.reset();
    }
  }

  const std::string path_;
  std::mutex mutex_;
  std::optional<FileStamp> stamp_;
  std::string authorization_;
};

}  // namespace

std::shared_ptr<http::Credentials> make_credentials(const std::string& token, const std::string& token_file) {
  if (!token.empty() && !token_file.empty()) throw ConfigError("token and token_file are both set; give one");
  if (!token.empty()) return std::make_shared<FixedToken>(checked_token(token, "the token"));
  if (!token_file.empty()) return std::make_shared<TokenFile>(token_file);
  return nullptr;
}

}  // namespace kplane::config
