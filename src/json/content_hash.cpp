#include "json/content_hash.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <tuple>
#include <vector>

#include "json/bytes_hash_avx2.hpp"
#include "json/json_dom.hpp"

namespace kplane::json {

namespace {

namespace dom = simdjson::dom;
using Node = IgnoredFields::Node;
using dom::element_type;

// One for each kind of value, so that `"1"`, `1` and `1.0` differ. Digests are stored, so these numbers must never
// change.
enum Seed : std::uint64_t {
  key_seed,
  string_seed,
  integer_seed,
  large_integer_seed,
  double_seed,
  literal_seed,
  element_seed,
  array_seed,
  member_seed,
  object_seed,
  absent_seed,
};

/// Makes digests independent of the machine's byte order.
constexpr std::uint64_t little_endian(std::uint64_t word) noexcept {
  return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? word : __builtin_bswap64(word);
}

ContentHash hash_of_number(std::uint64_t bits, std::uint64_t seed) noexcept {
  bits = little_endian(bits);
  const XXH128_hash_t hash = XXH3_128bits_withSeed(&bits, sizeof bits, seed);
  return {hash.low64, hash.high64};
}

ContentHash hash_of_double(double number) noexcept {
  if (number == 0) number = 0;  // -0.0 equals 0.0
  std::uint64_t bits = 0;
  static_assert(sizeof bits == sizeof number);
  std::memcpy(&bits, &number, sizeof bits);
  return hash_of_number(bits, double_seed);
}

ContentHash hash_of_word(std::uint64_t word) noexcept { return hash_of_number(word, literal_seed); }

struct HashedMember {
  ContentHash key{};
  std::optional<ContentHash> hash{};  ///< nullopt: ignored
};

/// Reused from one object to the next, so that hashing does not allocate.
std::vector<HashedMember>& members_of_thread() {
  thread_local std::vector<HashedMember> members;
  members.clear();
  return members;
}

class Hasher {
 public:
  /// @param members empty
  explicit Hasher(std::vector<HashedMember>& members) : members_(members) {}

  /// nullopt: everything in it is ignored.
  std::optional<ContentHash> hash_of(dom::element value, const Node* ignored) {
    if (ignored != nullptr && ignored->is_ignored()) return std::nullopt;
    if (ignored != nullptr && ignored->is_value_ignored()) return hash_of_word(absent_seed);
    switch (value.type()) {
      case element_type::OBJECT:
        return hash_of_object(value.get_object().value_unsafe(), ignored);
      case element_type::ARRAY:
        return hash_of_array(value.get_array().value_unsafe(), ignored);
      case element_type::STRING:
        return hash_of_bytes(value.get_string().value_unsafe(), string_seed);
      case element_type::INT64:
        return hash_of_number(static_cast<std::uint64_t>(value.get_int64().value_unsafe()), integer_seed);
      case element_type::UINT64:
        return hash_of_number(value.get_uint64().value_unsafe(), large_integer_seed);
      case element_type::DOUBLE:
        return hash_of_double(value.get_double().value_unsafe());
      case element_type::BOOL:
        return hash_of_word(value.get_bool().value_unsafe() ? 2 : 1);
      case element_type::NULL_VALUE:
        break;
    }
    return hash_of_word(0);
  }

 private:
  std::optional<ContentHash> hash_of_object(dom::object object, const Node* ignored) {
    const std::size_t first = members_.size();
    for (const auto [key, value] : object) {
      const Node* below = ignored == nullptr ? nullptr : ignored->child(key);
      const ContentHash name = hash_of_bytes(key, key_seed);
      members_.push_back({name, hash_of(value, below)});
    }
    drop_repeated(first);
    ContentHash sum;
    std::uint64_t kept = 0;
    for (std::size_t i = first; i < members_.size(); ++i) {
      if (!members_[i].hash) continue;
      sum += hash_of_pair(members_[i].key, *members_[i].hash, member_seed);
      ++kept;
    }
    const bool is_emptied = kept == 0 && members_.size() > first;
    members_.resize(first);
    if (is_emptied) return std::nullopt;
    return hash_of_pair(sum, {kept, 0}, object_seed);
  }

  /// Of members with the same key only the last one counts. May reorder the members.
  void drop_repeated(std::size_t first) {
    constexpr std::size_t few = 16;
    const auto begin = members_.begin() + static_cast<std::ptrdiff_t>(first);
    if (members_.size() - first > few) {
      std::stable_sort(begin, members_.end(), [](const HashedMember& a, const HashedMember& b) {
        return std::tie(a.key.low, a.key.high) < std::tie(b.key.low, b.key.high);
      });
      for (auto next = begin; next + 1 < members_.end(); ++next) {
        if (next->key == (next + 1)->key) next->hash.reset();
      }
      return;
    }
    for (auto member = begin; member != members_.end(); ++member) {
      const auto same = [&](const HashedMember& other) { return other.key == member->key; };
      if (std::any_of(member + 1, members_.end(), same)) member->hash.reset();
    }
  }

  ContentHash hash_of_array(dom::array array, const Node* ignored) {
    ContentHash all = hash_of_number(array.size(), array_seed);
    std::size_t index = 0;
    for (const dom::element value : array) {
      const Node* below = ignored == nullptr ? nullptr : ignored->element(index);
      ++index;
      all = hash_of_pair(all, hash_of(value, below).value_or(hash_of_word(absent_seed)), element_seed);
    }
    return all;
  }

  std::vector<HashedMember>& members_;  ///< a stack of the members of the enclosing objects
};

bool processor_has_avx2() noexcept {
#if defined(__x86_64__) && defined(__GNUC__)
  return __builtin_cpu_supports("avx2") != 0;
#else
  return false;
#endif
}

}  // namespace

ContentHash hash_of_bytes(std::string_view bytes, std::uint64_t seed) noexcept {
  constexpr std::size_t few = 240;  // beyond this XXH3 hashes blocks
  static const bool has_avx2 = processor_has_avx2() && is_compiled_for_avx2;
  if (has_avx2 && bytes.size() > few) {
    const BytesHash hash = hash_of_bytes_avx2(bytes.data(), bytes.size(), seed);
    return {hash.low, hash.high};
  }
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return {hash.low64, hash.high64};
}

ContentHash hash_of_pair(const ContentHash& first, const ContentHash& second, std::uint64_t seed) noexcept {
  const std::array<std::uint64_t, 4> words = {little_endian(first.low), little_endian(first.high),
                                              little_endian(second.low), little_endian(second.high)};
  const XXH128_hash_t hash = XXH3_128bits_withSeed(words.data(), sizeof words, seed);
  return {hash.low64, hash.high64};
}

ContentHash content_hash(const detail::Document& document, std::string_view text, const IgnoredFields& ignored) {
  // A root object with nothing left is an empty object.
  const dom::element tree = json_doms().first.parse(document, text);
  return Hasher(members_of_thread()).hash_of(tree, ignored.root()).value_or(hash_of_pair({}, {}, object_seed));
}

}  // namespace kplane::json
