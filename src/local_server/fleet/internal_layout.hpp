// Objects in Go's internal layout, as some server builds serialise them in `/state` (contract §3).
#pragma once

#include <nlohmann/json.hpp>

namespace kplane::testing::server {

/// metadata's fields move to the top level, and the names of all other fields are capitalised; keys of maps stay.
[[nodiscard]] nlohmann::json internal_layout(const nlohmann::json& object);

}  // namespace kplane::testing::server
