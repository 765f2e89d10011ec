// ASCII only, whatever the locale.
#include "codec/cluster_id.hpp"

#include <algorithm>

namespace kplane::codec {

namespace {

bool is_alphanumeric(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool is_cluster_id(std::string_view text) noexcept {
  return may_begin_cluster_id(text) && text.size() <= longest_cluster_id && is_alphanumeric(text.back());
}

bool may_begin_cluster_id(std::string_view text) noexcept {
  const auto allowed = [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; };
  return !text.empty() && is_alphanumeric(text.front()) && std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace kplane::codec
