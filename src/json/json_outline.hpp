// JsonOutline: where the objects and arrays of one level of a JSON text lie, found while the text arrives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace kplane::json {

/// Follows brackets and strings, and looks at nothing else: that is for whoever reads what lies between.
///
/// This is what indexing a state mostly consists of, and the reason why it is no library's: it takes 64 bytes at a
/// time, keeps a pair of offsets for each object, and can stop and go on anywhere, where simdjson needs the whole text,
/// indexes every token of it, then walks over that index.
class JsonOutline {
 public:
  static constexpr std::size_t no_end = std::numeric_limits<std::size_t>::max();

  /// Offsets of the opening bracket and behind the closing one; `no_end` when the text ended before.
  struct Extent {
    std::size_t begin = 0;
    std::size_t end = no_end;
  };

  /// @param level of the brackets to find; 1 is the outermost
  explicit JsonOutline(std::int64_t level) noexcept : level_(level), above_(-level) {}

  /// Forgets all but its memory. @param expected_size of the text; 0 when unknown
  void restart(std::size_t expected_size);
  /// Reads on in a text of which more has arrived; what was there before has not changed, but may have moved.
  /// @throws std::bad_alloc
  void read(std::string_view text_so_far);
  /// Reads to the end of the text, behind which 63 bytes must be readable. @throws std::bad_alloc
  void finish(std::string_view text);

  [[nodiscard]] const std::vector<Extent>& extents() const noexcept { return extents_; }

  /// For tests: there is a variant for any machine, and another one where vectors of 32 bytes are at hand.
  [[nodiscard]] static std::size_t count_variants();
  /// As finish(), with one of these.
  void finish_with(std::size_t variant, std::string_view text);

 private:
  friend class OutlineWalk;

  std::int64_t level_;
  std::size_t position_ = 0;
  std::int64_t above_;           // how many more brackets are open than it takes to be at the level
  std::uint64_t in_string_ = 0;  // all bits set within a string
  std::uint64_t escaped_ = 0;    // 1 when the next byte is
  std::vector<Extent> extents_;
};

}  // namespace kplane::json
