// The least that finds the objects of a state.
#pragma once

#include <cstddef>
#include <string>

namespace kplane::bench {

/// Where each object begins and ends, found by simdjson's on-demand parser, which gets the room beyond the end that
/// it reads. @return how many there are
/// @throws simdjson::simdjson_error
[[nodiscard]] std::size_t walk(std::string& body);

}  // namespace kplane::bench
