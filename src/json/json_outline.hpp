// Finds the extents of the objects and arrays at one level of a JSON text while the text arrives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace kplane::json {

/// Tracks brackets and strings, and validates nothing else: that is left to whoever reads the contents.
///
/// Indexing a state consists mostly of this, which is why it does not use a library: it processes 64 bytes at a time,
/// stores a pair of offsets per object, and can pause and resume anywhere, while simdjson needs the whole text, indexes
/// every token, and then walks over that index.
class JsonOutline {
 public:
  static constexpr std::size_t no_end = std::numeric_limits<std::size_t>::max();

  /// Offsets of the opening bracket and past the closing one; `no_end` when the text ended first.
  struct Extent {
    std::size_t begin = 0;
    std::size_t end = no_end;
  };

  /// @param level of the brackets to find; 1 is the outermost
  explicit JsonOutline(std::int64_t level) noexcept : level_(level), above_(-level) {}

  /// Resets everything but its capacity. @param expected_size of the text; 0 when unknown
  void restart(std::size_t expected_size);
  /// Continues in a text of which more has arrived; the earlier part is unchanged but may have moved.
  /// @throws std::bad_alloc
  void read(std::string_view text_so_far);
  /// Reads to the end of the text, after which 63 bytes must be readable. @throws std::bad_alloc
  void finish(std::string_view text);

  [[nodiscard]] const std::vector<Extent>& extents() const noexcept { return extents_; }

  /// For tests: the number of variants, which are a portable one and, where available, one for AVX2.
  [[nodiscard]] static std::size_t count_variants();
  /// As finish(), with one of these variants.
  void finish_with(std::size_t variant, std::string_view text);

 private:
  friend class OutlineWalk;

  std::int64_t level_;
  std::size_t position_ = 0;
  std::int64_t above_;           // the current depth relative to the level
  std::uint64_t in_string_ = 0;  // all bits set within a string
  std::uint64_t escaped_ = 0;    // 1 when the next byte is escaped
  std::vector<Extent> extents_;
};

}  // namespace kplane::json
