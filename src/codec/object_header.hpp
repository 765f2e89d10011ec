// The identity of an object that is to be sent.
#pragma once

#include <string>
#include <string_view>

namespace kplane::codec {

struct ObjectHeader {
  std::string name;           ///< empty: none
  std::string generate_name;  ///< `metadata.generateName`: the server completes it to a name
  std::string ns;             ///< empty: none
  std::string kind;           ///< empty: none
};

/// Whether objects of this kind are reviews, such as a SubjectAccessReview: they are answered, not stored, and have no
/// name.
[[nodiscard]] bool is_review(std::string_view kind) noexcept;

/// @throws ConfigError unless the text is one JSON object
[[nodiscard]] ObjectHeader read_object_header(std::string_view text);

/// Whether the text is a namespace name: an RFC 1123 label.
[[nodiscard]] bool is_namespace(std::string_view text) noexcept;

}  // namespace kplane::codec
