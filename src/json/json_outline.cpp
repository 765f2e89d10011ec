// Classifies 64 bytes at a time into bit masks of quotes, backslashes, opening and closing brackets, then does
// arithmetic on these.
#include "json/json_outline.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#define KPLANE_HAS_X86_VARIANTS 1
#include <immintrin.h>
#else
#define KPLANE_HAS_X86_VARIANTS 0
#endif

#if defined(__GNUC__)
#define KPLANE_ALWAYS_INLINE [[gnu::always_inline]] inline
#else
#define KPLANE_ALWAYS_INLINE inline
#endif

namespace kplane::json {

namespace {

constexpr std::size_t block_size = 64;

/// One bit per byte; the first byte is the lowest bit.
using Bits = std::uint64_t;

struct Block {
  Bits quotes = 0;
  Bits opening = 0;
  Bits closing = 0;
  Bits backslashes = 0;
};

/// '[' and ']' differ from '{' and '}' only in this bit, and no other characters do.
constexpr char bracket_bit = 0x20;

KPLANE_ALWAYS_INLINE std::int64_t count_bits(Bits bits) noexcept { return __builtin_popcountll(bits); }
KPLANE_ALWAYS_INLINE int lowest_bit(Bits bits) noexcept { return __builtin_ctzll(bits); }
KPLANE_ALWAYS_INLINE Bits below(int bit) noexcept { return (Bits{1} << bit) - 1; }

struct Escapes {
  Bits escaped = 0;
  Bits first_of_next = 0;  ///< 1 when the first byte of the next block is escaped
};

/// In a run of backslashes and the byte after it, every other byte is escaped, counted from the start of the run.
/// Adding the first bit of a run carries through and clears the run, which distinguishes runs that begin at an even bit
/// from the others.
/// @param first 1 when the first byte is escaped, otherwise 0
Escapes find_escapes(Bits backslashes, Bits first) noexcept {
  constexpr Bits even_bits = 0x5555'5555'5555'5555;
  const Bits escaping = backslashes & ~first;
  const Bits beginnings = escaping & ~(escaping << 1);
  const Bits even_runs = escaping & ~(escaping + (beginnings & even_bits));
  const Bits odd_runs = escaping & ~even_runs;
  return {first | (even_runs << 1 & ~even_bits) | (odd_runs << 1 & even_bits), odd_runs >> (block_size - 1)};
}

/// Classifies bytes, and whatever else depends on the instruction set.
///
/// falls_below(): whether, at some point in a block, more than `above` brackets more have been closed than opened.
struct Portable {
  /// Eight bytes at a time, as one number.
  static Block classify(const char* bytes) noexcept {
    Block block;
    for (std::size_t i = 0; i < block_size; i += sizeof(Bits)) {
      Bits word = 0;
      std::memcpy(&word, bytes + i, sizeof word);
      const Bits brackets = word | every_byte(bracket_bit);
      block.quotes |= equal_bytes(word, '"') << i;
      block.opening |= equal_bytes(brackets, '{') << i;
      block.closing |= equal_bytes(brackets, '}') << i;
      block.backslashes |= equal_bytes(word, '\\') << i;
    }
    return block;
  }

  static constexpr Bits every_byte(char c) noexcept { return 0x0101'0101'0101'0101 * static_cast<unsigned char>(c); }

  /// One bit for each byte of a word that equals `wanted`.
  static Bits equal_bytes(Bits word, char wanted) noexcept {
    const Bits low_bits = every_byte(0x7f);
    const Bits difference = word ^ every_byte(wanted);
    const Bits equal = ~(((difference & low_bits) + low_bits) | difference | low_bits);  // the high bit of each byte
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return (equal >> 7) * 0x8040'2010'0804'0201 >> 56;
#else
    return (equal >> 7) * 0x0102'0408'1020'4080 >> 56;
#endif
  }

  /// Each bit becomes the parity of itself and all lower bits: turns quotes into a mask of what they enclose.
  static Bits running_parity(Bits bits) noexcept {
    for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
    return bits;
  }

  static bool falls_below(Bits opening, Bits closing, std::int64_t above) noexcept {
    for (Bits rest = opening | closing; rest != 0 && above >= 0; rest &= rest - 1)
      above += (opening >> lowest_bit(rest) & 1) != 0 ? 1 : -1;
    return above < 0;
  }
};

#if KPLANE_HAS_X86_VARIANTS

/// For eight brackets, of which the opening ones are 1: the lowest depth they reach; above 0 if they never go below the
/// start.
constexpr std::array<std::int8_t, 256> make_lowest_of_eight() noexcept {
  std::array<std::int8_t, 256> table{};
  for (unsigned row = 0; row < table.size(); ++row) {
    int depth = 0;
    int lowest = 1;
    for (unsigned bit = 0; bit < 8; ++bit) {
      depth += (row >> bit & 1U) != 0 ? 1 : -1;
      lowest = lowest < depth ? lowest : depth;
    }
    table[row] = static_cast<std::int8_t>(lowest);
  }
  return table;
}

constexpr std::array<std::int8_t, 256> lowest_of_eight = make_lowest_of_eight();

#define KPLANE_AVX2 [[gnu::target("avx2,bmi,bmi2,popcnt,pclmul")]]

struct Avx2 {
  static bool is_supported() noexcept {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("pclmul");
  }

  KPLANE_AVX2 static Bits equal_bytes(__m256i low, __m256i high, char wanted) noexcept {
    const __m256i all = _mm256_set1_epi8(wanted);
    const auto low_bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, all)));
    const auto high_bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, all)));
    return low_bits | Bits{high_bits} << 32;
  }

  KPLANE_AVX2 static Block classify(const char* bytes) noexcept {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + 32));
    const __m256i bit = _mm256_set1_epi8(bracket_bit);
    const __m256i low_brackets = _mm256_or_si256(low, bit);
    const __m256i high_brackets = _mm256_or_si256(high, bit);
    Block block;
    block.quotes = equal_bytes(low, high, '"');
    block.opening = equal_bytes(low_brackets, high_brackets, '{');
    block.closing = equal_bytes(low_brackets, high_brackets, '}');
    block.backslashes = equal_bytes(low, high, '\\');
    return block;
  }

  KPLANE_AVX2 static Bits running_parity(Bits bits) noexcept {
    const __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(bits)), _mm_set1_epi8(-1), 0);
    return static_cast<Bits>(_mm_cvtsi128_si64(product));
  }

  /// With a table, because a loop over the brackets would be mispredicted in nearly every block.
  KPLANE_AVX2 static bool falls_below(Bits opening, Bits closing, std::int64_t above) noexcept {
    const Bits brackets = opening | closing;
    const std::int64_t count = count_bits(brackets);
    if (count > 8) return Portable::falls_below(opening, closing, above);
    const Bits row = _pext_u64(opening, brackets) | ~Bits{0} << count;
    return above + lowest_of_eight[row & 0xff] < 0;
  }
};

#endif

}  // namespace

/// The state while reading the blocks of a text: a copy of the outline's own state, so that it can stay in registers.
class OutlineWalk {
 public:
  explicit OutlineWalk(JsonOutline& outline) noexcept
      : outline_(outline), above_(outline.above_), in_string_(outline.in_string_), escaped_(outline.escaped_) {}

  /// The loop, compiled for each instruction set.
  template <class Machine>
  KPLANE_ALWAYS_INLINE static void read_on(JsonOutline& outline, const char* text, std::size_t end) {
    OutlineWalk walk(outline);
    std::size_t at = outline.position_;
    for (; at + block_size <= end; at += block_size) walk.take<Machine>(Machine::classify(text + at), at);
    if (at < end) walk.take<Machine>(cut(Machine::classify(text + at), end - at), at);
    walk.leave_at(std::max(at, end));
  }

  static void read_portably(JsonOutline& outline, const char* text, std::size_t end) {
    read_on<Portable>(outline, text, end);
  }
#if KPLANE_HAS_X86_VARIANTS
  KPLANE_AVX2 static void read_with_avx2(JsonOutline& outline, const char* text, std::size_t end) {
    read_on<Avx2>(outline, text, end);
  }
#endif

  using Read = void (*)(JsonOutline&, const char*, std::size_t);

  static std::vector<Read> supported() {
    std::vector<Read> found{&read_portably};
#if KPLANE_HAS_X86_VARIANTS
    if (Avx2::is_supported()) found.push_back(&read_with_avx2);
#endif
    return found;
  }

  static void read(JsonOutline& outline, const char* text, std::size_t end) {
#if KPLANE_HAS_X86_VARIANTS
    if (Avx2::is_supported()) return read_with_avx2(outline, text, end);
#endif
    read_portably(outline, text, end);
  }

 private:
  /// Masks out the bytes after the end of the text.
  static Block cut(Block block, std::size_t size) noexcept {
    const Bits kept = below(static_cast<int>(size));
    block.quotes &= kept;
    block.opening &= kept;
    block.closing &= kept;
    return block;
  }

  template <class Machine>
  KPLANE_ALWAYS_INLINE void take(Block block, std::size_t position) {
    if ((block.backslashes | escaped_) != 0) {  // an escaped quote is not a delimiter
      const Escapes escapes = find_escapes(block.backslashes, escaped_);
      block.quotes &= ~escapes.escaped;
      escaped_ = escapes.first_of_next;
    }
    const Bits strings = Machine::running_parity(block.quotes) ^ in_string_;
    in_string_ = Bits{0} - (strings >> 63);
    const Bits opening = block.opening & ~strings;
    const Bits closing = block.closing & ~strings;
    if (reaches_level<Machine>(opening, closing)) {
      above_ = find_extents(outline_.extents_, above_, opening, closing, position);
    } else {
      above_ += count_bits(opening) - count_bits(closing);
    }
  }

  /// Whether the depth crosses the level within a block, in either direction.
  template <class Machine>
  KPLANE_ALWAYS_INLINE bool reaches_level(Bits opening, Bits closing) const noexcept {
    if (above_ < 0) return above_ + count_bits(opening) >= 0;
    return count_bits(closing) > above_ && Machine::falls_below(opening, closing, above_);
  }

  /// @return the depth after the block
  static std::int64_t find_extents(std::vector<JsonOutline::Extent>& extents, std::int64_t above, Bits opening,
                                   Bits closing, std::size_t position) {
    for (Bits brackets = opening | closing; brackets != 0; brackets &= brackets - 1) {
      const int bit = lowest_bit(brackets);
      const std::size_t here = position + static_cast<std::size_t>(bit);
      if ((opening >> bit & 1) != 0) {
        if (++above == 0) extents.push_back({here});
      } else if (above-- == 0) {
        extents.back().end = here + 1;
      }
    }
    return above;
  }

  void leave_at(std::size_t position) noexcept {
    outline_.position_ = position;
    outline_.above_ = above_;
    outline_.in_string_ = in_string_;
    outline_.escaped_ = escaped_;
  }

  JsonOutline& outline_;
  std::int64_t above_;
  Bits in_string_;
  Bits escaped_;
};

void JsonOutline::restart(std::size_t expected_size) {
  constexpr std::size_t usual_object = 256;  // bytes; more objects than expected only cost another allocation
  constexpr std::size_t most_expected = std::size_t{1} << 24;
  extents_.clear();
  extents_.reserve(std::min(expected_size, most_expected) / usual_object);
  position_ = 0;
  above_ = -level_;
  in_string_ = 0;
  escaped_ = 0;
}

void JsonOutline::read(std::string_view text_so_far) {
  OutlineWalk::read(*this, text_so_far.data(), text_so_far.size() / block_size * block_size);
}

void JsonOutline::finish(std::string_view text) { OutlineWalk::read(*this, text.data(), text.size()); }

std::size_t JsonOutline::count_variants() { return OutlineWalk::supported().size(); }

void JsonOutline::finish_with(std::size_t variant, std::string_view text) {
  OutlineWalk::supported().at(variant)(*this, text.data(), text.size());
}

}  // namespace kplane::json
