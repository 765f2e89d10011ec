#include <kplane/digest.hpp>

#include <cstdint>

#include <kplane/error.hpp>

#include "json/content_hash.hpp"
#include "state/comparison_scope.hpp"
#include "state/seen_objects.hpp"

namespace kplane {

namespace {

using detail::ComparisonScope;
using detail::SeenObjects;
using kplane::json::ContentHash;

constexpr std::uint64_t type_seed = 101;
constexpr std::uint64_t entry_seed = 102;

Digest as_digest(const ContentHash& hash) noexcept { return {hash.high, hash.low}; }

int value_of_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  throw ConfigError("a digest must be 32 hexadecimal digits");
}

std::uint64_t half_of(std::string_view digits) {
  std::uint64_t half = 0;
  for (const char c : digits) half = (half << 4U) | static_cast<std::uint64_t>(value_of_digit(c));
  return half;
}

}  // namespace

Digest Digest::from_hex(std::string_view hex) {
  constexpr std::size_t digits_of_half = 16;
  if (hex.size() != 2 * digits_of_half) throw ConfigError("a digest must be 32 hexadecimal digits");
  return {half_of(hex.substr(0, digits_of_half)), half_of(hex.substr(digits_of_half))};
}

std::string Digest::hex() const {
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  for (const std::uint64_t half : {high_, low_}) {
    for (int shift = 60; shift >= 0; shift -= 4) text += digits[(half >> static_cast<unsigned>(shift)) & 0xFU];
  }
  return text;
}

Digest digest(const Snapshot& state, const DigestOptions& options) {
  const auto scope = ComparisonScope::of(options);
  SeenObjects& seen = SeenObjects::instance();
  ContentHash sum;
  for (const SnapshotResource& resource : state.resources) {
    if (resource.items.empty() || !scope->covers(resource)) continue;
    const ContentHash type =
        kplane::json::hash_of_pair(kplane::json::hash_of_bytes(resource.group, type_seed),
                                   kplane::json::hash_of_bytes(resource.resource, type_seed), type_seed);
    for (const Object& object : resource.items) {
      sum += kplane::json::hash_of_pair(type, seen.hash_of(object, *scope), entry_seed);
    }
  }
  return as_digest(sum);
}

Digest digest(const Object& object, const DigestOptions& options) {
  return as_digest(SeenObjects::instance().hash_of(object, *ComparisonScope::of(options)));
}

}  // namespace kplane
