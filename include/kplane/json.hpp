// The opt-in bridge to nlohmann::json. Everything here is inline, and only text crosses the library boundary, so your
// version of nlohmann/json need not be the one that the library was built with. parse_json() and Object::json() throw
// this library's DecodeError. Operations on the nlohmann::json throw nlohmann's own exceptions: `dump()`, which
// JsonText calls for an object that you send, throws `nlohmann::json::type_error` (316) for a string that is not UTF-8,
// unless told to replace or ignore such bytes.
#pragma once

#include <cstddef>
#include <string_view>

#include <kplane/error.hpp>
#include <kplane/object.hpp>
#include <kplane/openapi.hpp>
#include <kplane/request.hpp>
#include <nlohmann/json.hpp>

namespace kplane {

namespace detail {

/// Deeper texts are rejected: nlohmann::json copies and serialises recursively and would overflow the stack.
inline constexpr std::size_t max_json_depth = 1'000;

inline void check_json_depth(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '}' || c == ']') depth -= depth > 0 ? 1 : 0;
    if ((c == '{' || c == '[') && ++depth > max_json_depth) throw DecodeError("JSON is nested too deeply", i);
  }
}

}  // namespace detail

/// JSON text as `nlohmann::json`, with this library's errors and a limit on nesting.
/// @throws DecodeError when the text is not JSON, or nested more than 1,000 deep.
[[nodiscard]] inline nlohmann::json parse_json(std::string_view text) {
  detail::check_json_depth(text);
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    throw DecodeError("not JSON", error.byte);
  } catch (const nlohmann::json::out_of_range&) {
    throw DecodeError("JSON holds a number beyond the range of double", 0);
  }
}

namespace detail {

template <class Object>
struct include_kplane_json_hpp {
  static nlohmann::json parse(const Object& object) { return parse_json(object.raw()); }
};

}  // namespace detail

namespace openapi {

/// The embedded OpenAPI document as `nlohmann::json`.
[[nodiscard]] inline nlohmann::json load_spec() { return nlohmann::json::parse(spec_json()); }

}  // namespace openapi

}  // namespace kplane
