// The form of a plane's ID (contract §1 and §10).
#pragma once

#include <cstddef>
#include <string_view>

namespace kplane::codec {

/// The server writes the ID into a label of every object, so it has the length of a label's value.
inline constexpr std::size_t longest_cluster_id = 63;

/// Whether `text` is a plane's ID: it matches `^[A-Za-z0-9][A-Za-z0-9_.-]*$`, and is a label's value too: no longer
/// than longest_cluster_id, and with a letter or digit at its end. A plane of another ID is served, but takes no
/// writes.
[[nodiscard]] bool is_cluster_id(std::string_view text) noexcept;

/// Whether a plane's ID may begin so: the same but for the end and the length. What does not must never become a part
/// of a URL.
[[nodiscard]] bool may_begin_cluster_id(std::string_view text) noexcept;

}  // namespace kplane::codec
