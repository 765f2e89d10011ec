// Bounded parsing of untrusted JSON, and serialisation that never throws.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace kplane::testing::server {

/// Deeper documents are rejected: recursive walks (patches, comparisons) must not exhaust the stack.
inline constexpr std::size_t kMaxNesting = 256;

/// The most values in a document that can become larger than its text: through YAML aliases or copies in a patch.
inline constexpr std::size_t kMaxNodes = 200'000;

[[nodiscard]] inline bool is_empty_text(const nlohmann::json& value) {
  return value.is_string() && value.get_ref<const std::string&>().empty();
}

/// A text is not an acceptable document; the message may be shown to the client that sent it.
class JsonTextError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// @throws JsonTextError when the text is not JSON, is not UTF-8, or nests deeper than kMaxNesting.
[[nodiscard]] nlohmann::json parse_json(std::string_view text);

/// Whether a document nests deeper than `limit`.
[[nodiscard]] bool exceeds_nesting(const nlohmann::json& value, std::size_t limit = kMaxNesting);

/// Compact text; bytes that are not UTF-8 are replaced, as Go's encoder does.
[[nodiscard]] std::string to_text(const nlohmann::json& value);
[[nodiscard]] std::string to_text(const nlohmann::ordered_json& value);

/// The approximate length of the compact text: escaped characters count once. Does not create the text.
[[nodiscard]] std::size_t text_size(const nlohmann::json& value);

/// The same document, indented by two spaces and with a newline at its end.
[[nodiscard]] std::string pretty_text(std::string_view json);

/// The member of an object; null when there is none.
[[nodiscard]] const nlohmann::json& member_or_null(const nlohmann::json& object, std::string_view key);
/// The member of an object; an empty object when there is none.
[[nodiscard]] const nlohmann::json& member_or_empty(const nlohmann::json& object, std::string_view key);
/// Whether the member of an object is `true`.
[[nodiscard]] bool is_true(const nlohmann::json& object, std::string_view key);

/// The string member `key` of an object, or an empty string.
[[nodiscard]] std::string string_member(const nlohmann::json& object, const char* key);

/// The strings of the array member `key` of an object; none when there is no such array.
[[nodiscard]] std::vector<std::string> strings_member(const nlohmann::json& object, const char* key);

/// The text as a JSON string, which is also Go's `%q` format.
[[nodiscard]] std::string quoted_text(const std::string& text);
/// The type in Go of a decoded value, such as `map[string]interface {}`.
[[nodiscard]] const char* go_type(const nlohmann::json& value);
/// `map[a:1 b:[x y]]`, as Go's `%v` shows a decoded value.
[[nodiscard]] std::string go_text(const nlohmann::json& value);
/// `["a" "b"]`, as Go's `%q` shows a list.
[[nodiscard]] std::string quoted_list(const std::vector<std::string>& values);

}  // namespace kplane::testing::server
