// Which planes a Fleet asks for, and why the controller may refuse it (contract §5).
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace kplane::testing::server {

struct MemberPlan {
  std::vector<std::string> clusters{};
  std::string refusal{};  ///< not empty: why the spec cannot be carried out
};

/// @param spec of a Fleet that the schema accepts.
[[nodiscard]] MemberPlan plan_members(const std::string& fleet_name, const nlohmann::json& spec);

}  // namespace kplane::testing::server
