// One bit for each of 64 bytes: which are quotes, backslashes, opening and closing brackets; then arithmetic on these.
#include "codec/json_skip.hpp"

#include <cstddef>
#include <cstdint>

#if defined(__x86_64__) && defined(__GNUC__)
#define KPLANE_HAS_AVX2_VARIANT 1
#include <immintrin.h>
#else
#define KPLANE_HAS_AVX2_VARIANT 0
#endif

#if defined(__GNUC__)
#define KPLANE_ALWAYS_INLINE [[gnu::always_inline]] inline
#else
#define KPLANE_ALWAYS_INLINE inline
#endif

namespace kplane::codec {

namespace {

constexpr std::ptrdiff_t block_size = 64;

struct Block {
  std::uint64_t quotes = 0;
  std::uint64_t backslashes = 0;
  std::uint64_t opening = 0;
  std::uint64_t closing = 0;
};

/// '[' and ']' differ from '{' and '}' in this bit only, and no other characters do.
constexpr char bracket_bit = 0x20;

KPLANE_ALWAYS_INLINE int count_bits(std::uint64_t bits) noexcept { return __builtin_popcountll(bits); }
KPLANE_ALWAYS_INLINE int lowest_bit(std::uint64_t bits) noexcept { return __builtin_ctzll(bits); }

/// Each bit becomes the parity of itself and all lower ones: from quotes, what they enclose.
KPLANE_ALWAYS_INLINE std::uint64_t running_parity(std::uint64_t bits) noexcept {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

/// What is known where a block ends.
class Skipper {
 public:
  /// @return how many bytes of the block belong to the container, when it ends in this block; else 0
  KPLANE_ALWAYS_INLINE int take(Block block) noexcept {
    if ((block.backslashes | (next_is_escaped_ ? 1U : 0U)) != 0) drop_escaped(block);
    const std::uint64_t strings = running_parity(block.quotes) ^ in_string_;
    in_string_ = std::uint64_t{0} - (strings >> 63);
    const std::uint64_t opening = block.opening & ~strings;
    std::uint64_t closing = block.closing & ~strings;
    const int closed = count_bits(closing);
    if (closed >= depth_) {
      for (int number = 1; closing != 0; ++number, closing &= closing - 1) {
        const int bit = lowest_bit(closing);
        const std::uint64_t before = (std::uint64_t{1} << bit) - 1;
        if (depth_ + count_bits(opening & before) == number) return bit + 1;
      }
    }
    depth_ += count_bits(opening) - closed;
    return 0;
  }

 private:
  /// A quote behind an odd number of backslashes ends nothing. Rare enough to go through them one by one.
  void drop_escaped(Block& block) noexcept {
    std::uint64_t escaped = next_is_escaped_ ? 1 : 0;
    std::uint64_t rest = block.backslashes & ~escaped;
    next_is_escaped_ = false;
    while (rest != 0) {
      const int bit = lowest_bit(rest);
      if (bit == 63) {
        next_is_escaped_ = true;
        break;
      }
      const std::uint64_t pair = std::uint64_t{3} << bit;
      escaped |= pair;
      rest &= ~pair;
    }
    block.quotes &= ~escaped;
  }

  std::int64_t depth_ = 0;
  std::uint64_t in_string_ = 0;  // all bits set within a string
  bool next_is_escaped_ = false;
};

/// Without the bytes behind the end of the text.
KPLANE_ALWAYS_INLINE void cut(Block& block, std::ptrdiff_t size) noexcept {
  if (size >= block_size) return;
  const std::uint64_t kept = (std::uint64_t{1} << size) - 1;
  block.quotes &= kept;
  block.closing &= kept;
}

Block classify(const char* bytes) noexcept {
  Block block;
  for (std::ptrdiff_t i = 0; i < block_size; ++i) {
    const char c = bytes[i];
    const std::uint64_t bit = std::uint64_t{1} << i;
    if (c == '"') block.quotes |= bit;
    if (c == '\\') block.backslashes |= bit;
    if ((c | bracket_bit) == '{') block.opening |= bit;
    if ((c | bracket_bit) == '}') block.closing |= bit;
  }
  return block;
}

#if KPLANE_HAS_AVX2_VARIANT

#define KPLANE_AVX2 [[gnu::target("avx2,bmi,popcnt")]]

KPLANE_AVX2 inline std::uint64_t equal_bytes(__m256i low, __m256i high, __m256i wanted) noexcept {
  const auto low_bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted)));
  const auto high_bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)));
  return low_bits | std::uint64_t{high_bits} << 32;
}

KPLANE_AVX2 inline Block classify_avx2(const char* bytes) noexcept {
  const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
  const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + 32));
  const __m256i bit = _mm256_set1_epi8(bracket_bit);
  const __m256i low_brackets = _mm256_or_si256(low, bit);
  const __m256i high_brackets = _mm256_or_si256(high, bit);
  Block block;
  block.quotes = equal_bytes(low, high, _mm256_set1_epi8('"'));
  block.backslashes = equal_bytes(low, high, _mm256_set1_epi8('\\'));
  block.opening = equal_bytes(low_brackets, high_brackets, _mm256_set1_epi8('{'));
  block.closing = equal_bytes(low_brackets, high_brackets, _mm256_set1_epi8('}'));
  return block;
}

KPLANE_AVX2 const char* skip_container_avx2(const char* open, const char* end) noexcept {
  Skipper skipper;
  for (const char* at = open; at < end; at += block_size) {
    Block block = classify_avx2(at);
    cut(block, end - at);
    if (const int size = skipper.take(block)) return at + size;
  }
  return nullptr;
}

#endif

}  // namespace

const char* skip_container_portably(const char* open, const char* end) noexcept {
  Skipper skipper;
  for (const char* at = open; at < end; at += block_size) {
    Block block = classify(at);
    cut(block, end - at);
    if (const int size = skipper.take(block)) return at + size;
  }
  return nullptr;
}

const char* skip_container(const char* open, const char* end) noexcept {
#if KPLANE_HAS_AVX2_VARIANT
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt"))
    return skip_container_avx2(open, end);
#endif
  return skip_container_portably(open, end);
}

}  // namespace kplane::codec
