// The least that finds the objects of a state.
#pragma once

#include <cstddef>
#include <string>

namespace kplane::bench {

/// As many bytes are read beyond the end of a body.
extern const std::size_t walk_padding;

/// Where each object begins and ends, found by simdjson's on-demand parser. @return how many there are
/// @throws simdjson::simdjson_error
[[nodiscard]] std::size_t walk(std::string& body);

}  // namespace kplane::bench
