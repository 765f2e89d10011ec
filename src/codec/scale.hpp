#pragma once

#include <cstdint>
#include <string>

namespace kplane::codec {

/// The merge patch that sets the number of replicas.
[[nodiscard]] std::string encode_scale(std::int32_t replicas);

}  // namespace kplane::codec
