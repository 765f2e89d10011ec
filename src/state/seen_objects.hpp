// A cache of content hashes by the bytes of objects, so that known objects need not be parsed again.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include <kplane/object.hpp>

#include "json/content_hash.hpp"
#include "state/comparison_scope.hpp"

namespace kplane::detail {

/// A table of fixed size (2 MiB) in which newer entries replace older ones. Thread-safe, without locks: an entry whose
/// words two threads have mixed up fits no object.
class SeenObjects {
 public:
  /// The process-wide instance, created at the first call.
  static SeenObjects& instance();

  /// @throws DecodeError
  kplane::json::ContentHash hash_of(const Object& object, const ComparisonScope& scope);

 private:
  /// Both hashes of an object. That of its bytes is stored xor that of its content, so that it only comes out right
  /// together with the content that belongs to it.
  class Slot {
   public:
    /// @return whether these are the bytes; then `content` is set
    [[nodiscard]] bool find(const kplane::json::ContentHash& bytes, kplane::json::ContentHash& content) const noexcept;
    void store(const kplane::json::ContentHash& bytes, const kplane::json::ContentHash& content) noexcept;

   private:
    std::atomic<std::uint64_t> mixed_low_{0};
    std::atomic<std::uint64_t> mixed_high_{0};
    std::atomic<std::uint64_t> content_low_{0};
    std::atomic<std::uint64_t> content_high_{0};
  };

  SeenObjects();

  std::uint64_t seed_ = 0;
  std::vector<Slot> slots_;
};

}  // namespace kplane::detail
