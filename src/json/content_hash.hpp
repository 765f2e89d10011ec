// A hash of an object's content that does not depend on the order of fields or the escaping of strings.
#pragma once

#include <cstdint>
#include <string_view>

#include "json/document.hpp"
#include "json/ignored_fields.hpp"

namespace kplane::json {

/// 128 bits of XXH3, which is not cryptographic.
struct ContentHash {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  /// The hash of a set is the sum of those of its elements, modulo 2^128.
  ContentHash& operator+=(const ContentHash& other) noexcept {
    low += other.low;
    high += other.high + (low < other.low ? 1 : 0);
    return *this;
  }
  friend bool operator==(const ContentHash& a, const ContentHash& b) noexcept {
    return a.low == b.low && a.high == b.high;
  }
  friend bool operator!=(const ContentHash& a, const ContentHash& b) noexcept { return !(a == b); }
};

[[nodiscard]] ContentHash hash_of_bytes(std::string_view bytes, std::uint64_t seed) noexcept;
/// The hash of an ordered pair.
[[nodiscard]] ContentHash hash_of_pair(const ContentHash& first, const ContentHash& second,
                                       std::uint64_t seed) noexcept;

/// The hash of a JSON value without the ignored fields. A nested object with nothing else left counts as absent.
/// Integers and other numbers never compare equal, whatever their values: `1` is not `1.0`. The last of fields with the
/// same name counts.
/// @throws DecodeError
[[nodiscard]] ContentHash content_hash(const detail::Document& document, std::string_view text,
                                       const IgnoredFields& ignored);

}  // namespace kplane::json
