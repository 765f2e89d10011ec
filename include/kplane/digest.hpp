// A 128-bit hash of the content of a state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <kplane/diff_options.hpp>
#include <kplane/export.hpp>
#include <kplane/object.hpp>
#include <kplane/snapshot.hpp>

namespace kplane {

/// A 128-bit hash of the content of a state or of an object: equal for equal content, whatever the order of objects and
/// fields and the escapes in strings. Among billions of states the probability of a collision is about 2^-64. It is not
/// cryptographic: do not rely on it against inputs that somebody crafted.
///
/// It may be stored: later versions of this library and other machines compute the same digest for the same options.
class KPLANE_API Digest {
 public:
  /// All zero: the digest of no objects.
  Digest() noexcept = default;
  /// From its halves.
  Digest(std::uint64_t high, std::uint64_t low) noexcept : high_(high), low_(low) {}
  /// From what hex() returned. @throws ConfigError unless it is 32 hexadecimal digits
  [[nodiscard]] static Digest from_hex(std::string_view hex);

  /// 32 hexadecimal digits, lower case.
  [[nodiscard]] std::string hex() const;
  /// The upper 64 bits.
  [[nodiscard]] std::uint64_t high() const noexcept { return high_; }
  /// The lower 64 bits.
  [[nodiscard]] std::uint64_t low() const noexcept { return low_; }

  friend bool operator==(const Digest& a, const Digest& b) noexcept { return a.high_ == b.high_ && a.low_ == b.low_; }
  friend bool operator!=(const Digest& a, const Digest& b) noexcept { return !(a == b); }
  friend bool operator<(const Digest& a, const Digest& b) noexcept {
    return a.high_ != b.high_ ? a.high_ < b.high_ : a.low_ < b.low_;
  }

 private:
  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
};

/// The digest of all objects of a state: equal exactly when diff() with the same options finds nothing. An absent type
/// equals one without objects: read with StateOptions::include_empty and check Snapshot::is_synced() if an unfinished
/// list must not count.
///
/// An integer never equals a non-integer literal: `1` is not `1.0`; Kubernetes stores an int32 field as `1` whatever
/// was sent. A quantity such as `"1000m"` is a string: servers store it in canonical form, so states from servers
/// compare correctly, while hand-written texts may not.
///
/// Thread safety: may be called from any thread. No I/O.
/// Cost: about twice the time of parsing each object; an object whose bytes this process has seen before, with the same
/// options, costs one pass over them. No allocation per object after the first few in a thread; a cache of 2 MiB per
/// process from the first call on.
/// @throws DecodeError when an object's text is not JSON, or nested more than 1,000 deep; ConfigError when an ignored
/// field is not a JSON pointer
[[nodiscard]] KPLANE_API Digest digest(const Snapshot& state, const DigestOptions& options = {});
/// The digest of one object. @throws as above
[[nodiscard]] KPLANE_API Digest digest(const Object& object, const DigestOptions& options = {});

}  // namespace kplane

/// Lets a Digest be a key of std::unordered_map.
template <>
struct std::hash<kplane::Digest> {
  /// Its lower 64 bits.
  std::size_t operator()(const kplane::Digest& digest) const noexcept { return static_cast<std::size_t>(digest.low()); }
};
