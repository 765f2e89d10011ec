// Random identifiers and timestamps as Kubernetes writes them.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kplane::testing::server {

using UuidText = std::array<char, 36>;

/// A random (version 4) UUID.
[[nodiscard]] std::string random_uuid();

/// Pseudo-random identifiers: the n-th is determined by the seed and the scope.
class Identifiers {
 public:
  explicit Identifiers(std::uint64_t seed = 1, std::string_view scope = {});

  /// In the form of a version 4 UUID. Different for each n.
  [[nodiscard]] std::string uuid(std::uint64_t n) const;
  [[nodiscard]] UuidText uuid_text(std::uint64_t n) const;
  /// Lower-case letters and digits, as `generateName` appends them.
  [[nodiscard]] std::string suffix(std::uint64_t n, std::size_t length) const;

 private:
  std::uint64_t high_;
  std::uint64_t low_;
};

/// RFC 3339, UTC, whole seconds. Not a time of the clock, which counts nanoseconds and holds the years from 1677 to
/// 2262 only. @param since_epoch the years from 0 to 9999
[[nodiscard]] std::string rfc3339(std::chrono::seconds since_epoch);
[[nodiscard]] std::string rfc3339(std::chrono::system_clock::time_point time);
/// RFC 3339, UTC, nanoseconds.
[[nodiscard]] std::string rfc3339_nano(std::chrono::system_clock::time_point time);
[[nodiscard]] std::string rfc3339_now();
/// IMF-fixdate (RFC 9110, 5.6.7), as in the header `Date`.
[[nodiscard]] std::string http_date(std::chrono::system_clock::time_point time);

}  // namespace kplane::testing::server
