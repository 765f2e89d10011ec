// One response body in memory, shared by Snapshots, Objects and Responses.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/secrets.hpp"
#include "memory/padded_buffer.hpp"

namespace kplane::detail {

/// Immutable bytes, and the few strings in them that had to be unescaped, so that views of those can be returned too.
/// Thread-safe.
class Document {
 public:
  /// @param origin the request that the bytes answer, such as `GET https://…`, for error messages; without secrets
  /// @param secrets the request's, redacted when the bytes are quoted; nullptr: none are known
  Document(memory::PaddedBuffer bytes, std::string origin, std::shared_ptr<const SecretSource> secrets = nullptr);
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  Document(Document&&) = delete;
  Document& operator=(Document&&) = delete;
  ~Document() = default;

  [[nodiscard]] std::string_view text() const noexcept { return bytes_.view(); }
  [[nodiscard]] const std::string& origin() const noexcept { return origin_; }
  /// Created anew on each call.
  [[nodiscard]] Secrets secrets() const { return secrets_ ? secrets_->secrets() : Secrets(); }
  /// Unique among all documents of the process, including earlier ones at the same address.
  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }
  /// Keeps the unescaped form of the string at `position` in text() for the document's lifetime.
  [[nodiscard]] std::string_view keep_unescaped(const char* position, std::string_view unescaped) const;

 private:
  const memory::PaddedBuffer bytes_;
  const std::string origin_;
  const std::shared_ptr<const SecretSource> secrets_;
  const std::uint64_t id_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<const char*, std::unique_ptr<const std::string>> unescaped_;
};

}  // namespace kplane::detail
