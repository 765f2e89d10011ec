// Numbers of any length are compared as text: a version need not fit into 64 bits.
#include <kplane/resource_version.hpp>

#include <algorithm>
#include <cstddef>

namespace kplane {

namespace {

bool is_decimal(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view without_leading_zeros(std::string_view number) noexcept {
  const std::size_t first = number.find_first_not_of('0');
  return first == std::string_view::npos ? std::string_view() : number.substr(first);
}

}  // namespace

VersionOrder compare_resource_versions(std::string_view version, std::string_view other) noexcept {
  if (version == other) return VersionOrder::same;
  if (!is_decimal(version) || !is_decimal(other)) return VersionOrder::unordered;
  version = without_leading_zeros(version);
  other = without_leading_zeros(other);
  if (version == other) return VersionOrder::same;
  const bool is_older = version.size() == other.size() ? version < other : version.size() < other.size();
  return is_older ? VersionOrder::older : VersionOrder::newer;
}

bool shows_version(std::string_view seen, std::string_view written) noexcept {
  const VersionOrder order = compare_resource_versions(seen, written);
  return order == VersionOrder::same || order == VersionOrder::newer;
}

}  // namespace kplane
