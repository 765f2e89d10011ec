#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace kplane::json {

/// The tree as text to send. What is no UTF-8 becomes U+FFFD, as in Go's encoding/json; nlohmann's own dump() throws.
[[nodiscard]] inline std::string dump(const nlohmann::json& tree) {
  return tree.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace kplane::json
