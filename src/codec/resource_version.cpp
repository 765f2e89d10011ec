// Numbers of any length are compared as text: a version need not fit into 64 bits.
#include "codec/resource_version.hpp"

#include <algorithm>

namespace kplane::codec {

namespace {

bool is_decimal(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view without_leading_zeros(std::string_view number) noexcept {
  const std::size_t first = number.find_first_not_of('0');
  return first == std::string_view::npos ? std::string_view() : number.substr(first);
}

}  // namespace

bool is_older_version(std::string_view version, std::string_view other) noexcept {
  if (!is_decimal(version) || !is_decimal(other)) return false;
  version = without_leading_zeros(version);
  other = without_leading_zeros(other);
  return version.size() == other.size() ? version < other : version.size() < other.size();
}

}  // namespace kplane::codec
