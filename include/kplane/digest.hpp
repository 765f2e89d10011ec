// Digest: the content of a state as 128 bits.
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

/// The content of a state, or of an object, as 128 bits: the same for the same content, whatever the order of objects
/// and fields, and whatever the escapes in strings. Another content has another digest, but for one chance in 2^64
/// among billions of states. It is not cryptographic: do not compare digests that somebody chose.
///
/// A value that may be stored: later versions of this library and other machines compute the same, for the same
/// options.
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

/// The digest of all objects of a state: equal exactly where diff() with the same options finds nothing. A type that is
/// absent is the same as one without objects: read with StateOptions::include_empty and look at Snapshot::is_synced()
/// where an unfinished list must not count.
///
/// An integer and another number are never the same: `1` is not `1.0`, as it is not for Kubernetes, which stores an
/// int32 field as `1` whatever was sent. A quantity such as `"1000m"` is a string: servers store it in its canonical
/// form, so that two states of servers compare rightly, and two texts of people may not.
///
/// Thread safety: may be called from any thread. No I/O.
/// Cost: each object is read once, about twice the time of a parse; an object whose bytes this process has seen before,
/// with the same options, costs one pass over its bytes. No allocation for an object, but for its first ones in a
/// thread; 2 MiB in a process, from the first call on.
/// @throws DecodeError when an object's text is not JSON, or nested more than 1,000 deep; ConfigError for a field of
/// the options that is no JSON pointer
[[nodiscard]] KPLANE_API Digest digest(const Snapshot& state, const DigestOptions& options = {});
/// The digest of one object. @throws as above
[[nodiscard]] KPLANE_API Digest digest(const Object& object, const DigestOptions& options = {});

}  // namespace kplane

/// So that a Digest can be a key of std::unordered_map.
template <>
struct std::hash<kplane::Digest> {
  /// Its lower 64 bits.
  std::size_t operator()(const kplane::Digest& digest) const noexcept { return static_cast<std::size_t>(digest.low()); }
};
