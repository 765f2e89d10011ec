// The planes that a Fleet requests, and why the controller may reject it (contract §5).
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace kplane::testing::server {

struct MemberPlan {
  std::vector<std::string> clusters{};
  std::string refusal{};  ///< not empty: why the spec is rejected
};

/// @param spec of a Fleet that the schema accepts.
[[nodiscard]] MemberPlan plan_members(const std::string& fleet_name, const nlohmann::json& spec);

}  // namespace kplane::testing::server
