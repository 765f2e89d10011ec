// The syntax of plane IDs (contract §1 and §10).
#pragma once

#include <cstddef>
#include <string_view>

namespace kplane::codec {

/// The server writes the ID into a label of every object, so the limit is that of a label value.
inline constexpr std::size_t longest_cluster_id = 63;

/// Whether `text` is a plane ID: it matches `^[A-Za-z0-9][A-Za-z0-9_.-]*$` and is also a label value: no longer than
/// longest_cluster_id, and ending with a letter or digit. A plane with another ID is served, but rejects writes.
[[nodiscard]] bool is_cluster_id(std::string_view text) noexcept;

/// Whether a plane ID may begin with `text`: the same check except for the end and the length. Text that fails it must
/// never become part of a URL.
[[nodiscard]] bool may_begin_cluster_id(std::string_view text) noexcept;

}  // namespace kplane::codec
