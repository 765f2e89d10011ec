// Document: one response body in memory, which Snapshots, Objects and Responses share.
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

/// Immutable bytes, and beside them the few strings of them that had to be unescaped, so that a view can be handed out
/// of these too. Thread-safe.
class Document {
 public:
  /// @param origin what the bytes answer, such as `GET https://…`, for error messages; without secrets
  /// @param secrets of the request, to be blotted out of what is quoted of the bytes; nullptr: none are known
  Document(memory::PaddedBuffer bytes, std::string origin, std::shared_ptr<const SecretSource> secrets = nullptr);
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  Document(Document&&) = delete;
  Document& operator=(Document&&) = delete;
  ~Document() = default;

  [[nodiscard]] std::string_view text() const noexcept { return bytes_.view(); }
  [[nodiscard]] const std::string& origin() const noexcept { return origin_; }
  /// Made anew by each call.
  [[nodiscard]] Secrets secrets() const { return secrets_ ? secrets_->secrets() : Secrets(); }
  /// Tells this document from every other one of the process, also from one that lay at the same address before.
  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }
  /// Keeps the unescaped form of the string that stands at `position` in text(), for as long as the document lives.
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
