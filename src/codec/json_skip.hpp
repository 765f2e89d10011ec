// Skipping a JSON object or array without looking at what is in it.
#pragma once

namespace kplane::codec {

/// Finds the end of the object or array that begins at `open`: where the brackets of both kinds that stand outside of
/// strings are balanced. What lies between is not checked; that is for whoever reads it.
///
/// This is what reading a state mostly consists of, and the reason why it is no library's: it looks at 64 bytes at a
/// time and keeps nothing, where simdjson first indexes every token of the body, then walks over that index.
///
/// @param end of the text; 63 bytes behind it must be readable
/// @return behind the closing bracket; nullptr when the text ends before
[[nodiscard]] const char* skip_container(const char* open, const char* end) noexcept;

/// The same for machines without vectors of 32 bytes; for tests.
[[nodiscard]] const char* skip_container_portably(const char* open, const char* end) noexcept;

}  // namespace kplane::codec
